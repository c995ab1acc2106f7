from .layout import figure_bytes as figure_bytes
from .sheet import FIGURE_KINDS as FIGURE_KINDS
