"""What views are made of: pages, numbers, formulas and lines laid out for a width."""
