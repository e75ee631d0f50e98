"""The computation graph: nodes, the rule table, names resolved, simplification, node to text."""
