from .curve import curve_svg as curve_svg
from .incident_counts import counts_svg as counts_svg
from .locator import Locator as Locator
from .timeline import timeline_svg as timeline_svg
