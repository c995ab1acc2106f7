"""The map as a figure for print: PNG, SVG, PDF."""
