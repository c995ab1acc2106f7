from .page import EXPORT_MARK as EXPORT_MARK
from .page import export_html as export_html
