"""The exported file: one HTML page that needs neither network nor server.

`page`            `export_html`: the file
`facts`           what its template says, in both languages
`hours`           the answer at every half hour, prepared for a page that cannot compute
`years`           the scheme as of each year, likewise
`packing`         encodes areas and texts compactly; assets/packing.js decodes them
`bilingual_html`  both languages in one page, one of them hidden
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
