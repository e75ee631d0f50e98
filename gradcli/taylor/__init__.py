"""Taylor arithmetic: what a program is along a line through a point, as a power series."""
