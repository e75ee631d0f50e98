"""Learning: networks written as programs, and descent on any program."""
