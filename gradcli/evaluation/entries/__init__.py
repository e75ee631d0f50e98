"""Programs of arrays as programs of numbers: every entry of every node by itself."""
