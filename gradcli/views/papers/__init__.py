"""Pages as documents: what a terminal shows as lines, set as Markdown, HTML, LaTeX or CSV."""
