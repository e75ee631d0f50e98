"""Data that is read, computed and written block by block: what `gradcli map` does."""
