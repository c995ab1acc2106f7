from .result import Goal as Goal
from .search import best_sites as best_sites
from .watch import Watch as Watch
