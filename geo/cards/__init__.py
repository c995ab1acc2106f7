"""Facts as HTML, the same on the page, in the exported file and on the site.

`places`      control points, places, lines and sides
`coverage`    the numbers of an answer, a clicked place, the tables
`agreements`  an agreement
`years`       the scheme as of a year
`presets`     published speeds and standards
`about`       what opens and closes a page: opening, marks, footer
`html`        what cards are made of: paragraphs, tables, marks, links to sources
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
