"""The commands, one file each: text in, a library call, a view, an exit status."""
