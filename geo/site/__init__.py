"""The static site, for any host and folder, and for opening from disk.

`publish`   every file of the site, and the site written into a folder
`pages`     the readable pages in one language
`frame`     what all pages share: head, navigation, addresses, file names
`markdown`  the documents of docs/ as pages
`headers`   headers that a host should send
`preview`   the picture that previews of a shared link show
`folder`    a folder that is replaced as a whole, or left as it was
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
