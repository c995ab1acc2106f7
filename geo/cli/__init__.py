"""The command line, ``python -m geo``: the same answers as the page.

`app`      the commands together
`check`    check
`water`    distance, coverage, isochrones
`export`   export: page, figure or data by the ending of the name
`cite`     cite
`publish`  publish
`options`  options that several commands share, and how a refusal reaches a person
`output`   a file of ours is overwritten, anybody else's refused
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
