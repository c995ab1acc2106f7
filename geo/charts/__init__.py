"""Pictures that are no maps, as SVG.

`timeline`         the agreements along the years
`incident_counts`  yearly counts of incidents; `count_panels`: the panels, one for each series and area
`curve`            share of the strait reached against hours
`locator`          a small map of where something is in the strait
`year_axis`        a horizontal axis of years
`svg`              SVG elements: text that fits, legends, the document
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
