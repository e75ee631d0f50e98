"""A program at a point: values bound to inputs, solved, and explained."""
