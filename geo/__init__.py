"""Selat: how the Malacca Strait is patrolled. Data, distances, coverage, maps and files; no user interface.

`geo.sea` measures the shortest distance over water, `geo.scheme` reads a data folder, `geo.coverage` answers
who reaches what in how many hours; `geo.figure`, `geo.offline`, `geo.takeaway` and `geo.site` write files.
``docs/python.md`` shows five tasks. For example, how much of the strait do the four control points reach
within six hours, each navy on its own side?

>>> from geo.coverage import CoverageModel, Rule, Scenario
>>> from geo.scheme import load
>>> model = CoverageModel(load())  # the shipped data; computes all distances over water, once
>>> scenario = Scenario(("batam", "belawan", "changi", "lumut"), limit_h=6, rule=Rule.COORDINATED)
>>> print(f"{model.answer(scenario).coverage.reached_share:.0%}")
40%
"""

__version__ = "0.1.0"
