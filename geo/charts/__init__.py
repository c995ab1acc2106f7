"""Pictures that are no maps, as SVG: the years, the counts, the curve, the locator."""
