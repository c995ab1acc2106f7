from .dataset import DATASET_KINDS as DATASET_KINDS
from .dataset import dataset_bytes as dataset_bytes
from .references import CiteKind as CiteKind
from .references import cite_bytes as cite_bytes
from .tables import TABLES as TABLES
