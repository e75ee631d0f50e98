"""Scheduled operations written as code: one small table of spellings for each language."""
