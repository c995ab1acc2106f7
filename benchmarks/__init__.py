"""Selat's engine beside its peers, on Selat's own coast: ``make bench`` writes docs/benchmarks.md."""
