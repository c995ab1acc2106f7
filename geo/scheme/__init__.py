"""The patrol scheme as checked data: layers, agreements, incidents, sources."""
