"""Uncertainties of inputs, and what comes of them: the budget of a measurement."""
