"""The language: text to syntax tree and back, knowing neither names, graphs nor numbers."""
