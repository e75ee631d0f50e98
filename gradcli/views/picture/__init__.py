"""The graph as a picture: what is drawn (sketch), what it says (caption), and how (svg, …)."""
