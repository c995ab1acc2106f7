"""Who reaches what water in how many hours: a `Scenario` in, a `Coverage` and its shapes out.

`answers`   a scheme that answers scenarios, the same for page, files and command line
`scenario`  the question, and the two rules of who may act where
`assess`    the numbers: reached, backup, gap, by point and by side, cost of the boundary
`shapes`    the same as shapes: bands, first responder, backup, gap; `extrapolate` extends fields over the shore
`ranking`   who is nearest to each cell, and cells in order of distance
`reach`     distances from each start to each cell; `grid`: the strait as cells
`air`       how far aircraft come in minutes; no part of any coverage
`words`     an answer as plain text; `headline`: its finding as one sentence
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
