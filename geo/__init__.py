"""Selat: how the Malacca Strait is patrolled. Data, measures, maps and exports; no page."""

__version__ = "0.1.0"
