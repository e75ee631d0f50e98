"""Reasons to trust a derivative: the same program in many digits, and what a wrong one does."""
