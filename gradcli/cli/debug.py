"""Where faults of gradcli itself are looked into."""

DEBUG = "GRADCLI_DEBUG"
"""The environment variable that shows the traceback of an internal error."""
