"""Gradient descent on any program: steps, when to stop, and what to remember of the way."""

from __future__ import annotations
