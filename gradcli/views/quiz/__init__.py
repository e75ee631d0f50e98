"""Backpropagation as questions: the chain rule with blanks, answered at a prompt or on paper."""
