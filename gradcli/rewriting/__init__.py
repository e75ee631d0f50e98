"""Formulas in another form: which is equal, and keeps its value and its digits where theirs go."""
