"""The register of legal force: which version held on a date, as known on a date."""
