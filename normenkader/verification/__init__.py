"""The court file checked: every hash, every figure recomputed, and the table a municipality really applies."""
