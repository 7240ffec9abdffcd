"""What experts judge, and whether data, experts and existing norms point the same way."""
