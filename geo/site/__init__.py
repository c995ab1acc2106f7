"""The static site, for any host and folder, and for opening from disk.

`publish`   every file of the site, written into a folder whole
`pages`     the readable pages in one language
`frame`     head, navigation, addresses, names of files
`markdown`  the documents of docs/ as pages
`preview`   the picture that stands for the site where a link is shared
`folder`    a folder of ours, replaced whole or not at all
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
