"""The patrol scheme as checked data: everything a data folder holds, as one frozen value.

`patrol_scheme`  `load`, `PatrolScheme`: all layers and records, cross references checked
`layers`         the one reader of GeoJSON; `properties`: what the features of each layer may say
`features`       control points and places as records
`agreements`     records of agreements; `incidents`: yearly counts; `claims`: what all claims are made of
`sources`        records of files and of cited sources; `recording`: rewrites what is measured of a file
`water`          the navigable water, and how outline, starts and sides lie in it
`citations`      sources and agreements alone, for references
`presets`        published speeds and standards that a control offers
`origins`        warns of verified claims whose sources share a publisher or an origin
`data_files`     where a file of data is opened; `faults`: what is wrong with it, in words
`as_of`          the scheme as of a year; `status`: where an agreement stood at the end of a year
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
