"""Before anything is collected: how certain norms and edges will be with so many providers, clients and experts."""
