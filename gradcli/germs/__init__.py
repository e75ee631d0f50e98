"""A function just beside a point: its nodes evaluated at x + t*d for an infinitely small t > 0."""
