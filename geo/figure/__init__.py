"""The map as a figure for print: PNG, SVG and PDF.

`layout`   `figure_bytes`: what stands where on the sheet
`marks`    the map: the scene drawn into a frame
`key`      edge with degrees, scale bar, legend
`caption`  title, caption with its numbers, sources
`frame`    a window of degrees, sizes, symbols
`sheet`    millimetres on paper; the only room that knows Matplotlib
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
