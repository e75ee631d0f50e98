"""What the classes of all rooms are made of: records, and what can be looked at."""
