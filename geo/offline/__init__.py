"""The map taken away: one HTML file that needs neither network nor server.

`page`            `export_html`: the file
`hours`           the answer for every half hour, prepared for a page that cannot compute
`years`           the years, likewise
`packing`         shapes and texts packed small; assets/ unpacks them
`bilingual_html`  both languages in one page, one of them hidden
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
