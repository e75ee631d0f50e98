"""The matrix simplifier, beside the scalar one: sums of chains of matrices and vectors."""
