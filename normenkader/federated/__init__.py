"""Providers who keep their records: each sends sums in place of clients, and sums are added up."""
