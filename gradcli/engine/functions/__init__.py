"""Functions on floats that the platform lacks or computes less accurately."""
