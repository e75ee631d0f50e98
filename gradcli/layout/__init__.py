"""Layered layout of directed graphs without cycles: boxes and edges in, places and routes out.

The stages are those of Sugiyama: ranks, cells (long edges and labels take part as cells of their
own), an order with few crossings, coordinates with straight lines, routes. This room knows
nothing of what the boxes mean.
"""
