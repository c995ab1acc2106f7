"""What the map draws, and the map itself. It re-exports nothing: ask its rooms by name.

`folium_map`  the map: a constant base and one feature group; the only room that knows Folium
`scene`       all that can be drawn, and what a selection makes of it, as plain data
`legend`      the legend, and the colour and words of every shape
`selection`   what the reader has chosen, as a value
`permalink`   a selection as the query of an address, and back
"""

__all__: list[str] = []
