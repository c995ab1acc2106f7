"""The command line, ``python -m geo``: the same answers as the page.

`app`         all commands, each imported when it is called
`check`       data validated
`cite`        references
`coverage`    who reaches how much of the strait
`distance`    distances over water
`positions`   a table of positions read, whatever its encoding
`export`      a page, a figure or data, by the ending of the name
`isochrones`  bands of arrival
`publish`     the static site
`site`        where further starts would help most
`scenario`    the options of a scenario
`engine`      the distance engine compiled on a first start, with a line that counts
`console`     a text is written in any encoding
`options`     options that several commands share, and how an error reaches a person
`output`      a file of ours is overwritten, anybody else's refused
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
