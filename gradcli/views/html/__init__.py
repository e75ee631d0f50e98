"""A program as a page: the graph, both passes, values that can be moved; one file, no network."""
