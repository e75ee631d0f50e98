"""Whatever makes nodes from nodes; it never knows a value."""
