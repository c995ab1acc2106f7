from .publish import PublishedSite as PublishedSite
from .publish import publish_site as publish_site
from .publish import site_files as site_files
