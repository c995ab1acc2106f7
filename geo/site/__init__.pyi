from .publish import Published as Published
from .publish import publish_site as publish_site
from .publish import site_files as site_files
