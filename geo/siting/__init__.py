"""Where one more start would help most: the best places among candidates, exact, with the proof.

`search`      the best set of candidates for plain arrays; docs/siting.md explains the method
`result`      the goals, and what a search returns: sets of candidates and the proof
`problem`     the arrays of a search, checked, and what a set is worth
`shares`      the search for a share: reached, or reached by two; `_bits`: cells as bits, 64 at once
`means`       the search for the mean arrival; `_blocks`: bounds by blocks of cells
`worst`       the search for the worst arrival
`_found`      what these searches share
`question`    the question over a scheme, and `answer`: candidates, search, guarantee for the whole shore, as JSON too
`fewest`      how few further starts reach a share
`coast`       what one more start at each candidate gains, as GeoJSON
`words`       an answer as plain text
`worker`      a search in a process of its own; `process`: how a server starts, follows and stops it
`compilation` the compiled functions, all at once
`watch`       time and progress of a search
`candidates`  candidates on the shore and at places on record, and how far the shore is from them
`fields`      distances from candidates to cells, in memory or on disk
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
