"""What stands before a line of the prompt."""

PROMPT = "> "
MORE = ". "
"""Before each line that goes on with the one above."""
