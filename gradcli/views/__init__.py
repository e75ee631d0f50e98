"""Views: one file for each, with a ``render`` that returns a page and never prints; their parts."""
