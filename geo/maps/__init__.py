"""What the map draws, and the map itself. Only `geo.maps.folium_map` knows Folium."""
