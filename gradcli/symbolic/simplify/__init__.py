"""The strong simplifier: any node as a person would write it, its value kept where it is defined.

A node is read as a sum of products with exact rational coefficients (`terms`, `algebra`,
`functions`), brought into the best of a few forms (`forms`) and written back as nodes in the
order of a textbook (`writer`). The engine never evaluates these nodes in place of its own: they
are short, not accurate.
"""
