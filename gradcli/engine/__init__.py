"""Values of nodes: the operations on floats, and the interpreter that walks a node list."""
