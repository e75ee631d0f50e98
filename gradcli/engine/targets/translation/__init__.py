"""Functions of gradcli's own, which are Python, as C and as JavaScript."""
