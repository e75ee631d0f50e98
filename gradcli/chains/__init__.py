"""The chain rule along every path: followed, counted, factored, and written as products."""
