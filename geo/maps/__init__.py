"""The map: what it draws, and how Folium draws it. Import from its modules: re-exports would load Folium for everyone.

`folium_map`  the map: a constant base and one feature group; the only module that knows Folium
`scene`       `Scene`: all that can be drawn, and what a selection makes of it, in (lon, lat)
`legend`      the legend, and the style of every shape
`selection`   `Selection`: what the reader has chosen, as a value
`permalink`   a selection as the query of an address, and back
"""

__all__: list[str] = []
