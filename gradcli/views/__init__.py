"""Views of a solution: one file a view, each with a ``render`` that returns and never prints."""
