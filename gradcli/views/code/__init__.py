"""A program as source code of another language: its value and its backward pass, a node a line."""
