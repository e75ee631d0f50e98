"""stub"""
def way(model, names, expression):
    return ()
