"""Beside a point where something is tied or not finite: what the whole function does there."""
