"""One page on which people move the edges, made from suppressed counts only."""
