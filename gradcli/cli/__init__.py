"""The command line: text in, a library call, a view, an exit status."""

DEBUG = "GRADCLI_DEBUG"
"""The one that shows the traceback of an internal error."""

COMPLETION = "_GRADCLI_COMPLETE"
"""The one by which a shell asks what a line can go on with."""
