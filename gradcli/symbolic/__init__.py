"""Derivatives as formulas for people: taken, simplified, shared out, and explained in steps."""
