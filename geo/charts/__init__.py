"""Pictures that are no maps, as SVG.

`timeline`         the agreements along the years
`incident_counts`  yearly counts of incidents; `count_panels`: a panel for each series and area
`curve`            share of the strait reached against hours
`locator`          where something is in the strait
`year_axis`        years along an axis
`svg`              attributes, lines of text that fit, the frame of a picture
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
