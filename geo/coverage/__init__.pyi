from .answers import Answer as Answer
from .answers import CoverageModel as CoverageModel
from .answers import default_scenario as default_scenario
from .assess import Coverage as Coverage
from .scenario import AddedStart as AddedStart
from .scenario import Rule as Rule
from .scenario import Scenario as Scenario
