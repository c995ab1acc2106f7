"""The map as a figure for print: PNG, SVG and PDF.

`layout`   `figure_bytes`: the layout of the sheet
`marks`    the map: a scene drawn into a frame
`key`      edge with degrees, scale bar, legend
`caption`  finding, caption with its numbers, sources
`frame`    a window of degrees on the sheet, style, symbols
`sheet`    drawing in millimetres
`fonts`    which fonts write a text; with `sheet`, all that knows Matplotlib
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
