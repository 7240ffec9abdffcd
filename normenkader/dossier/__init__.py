"""The evidence as files: Dutch text, tables and figures from results. Computes nothing."""
