"""The command line: text in, a library call, a view, an exit status."""
