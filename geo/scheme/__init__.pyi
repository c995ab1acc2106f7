from .agreements import Agreement as Agreement
from .claims import Mark as Mark
from .data_files import data_folder as data_folder
from .patrol_scheme import PatrolScheme as PatrolScheme
from .patrol_scheme import load as load
