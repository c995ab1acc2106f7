"""Tables, data files and references to take away.

`dataset`       `dataset_bytes`: the tables in one of five formats
`tables`        facts and answers as named tables; `fact_tables`, `coverage_tables`: their rows
`gis_files`     GeoJSON, GeoPackage, KML
`spreadsheets`  CSV, workbook
`references`    BibTeX, RIS, CSL-JSON
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
