/**
 * The JSON that the map's scripts receive, as `geo.maps.folium_map` emits it: positions in (lat, lon), EPSG:4326.
 * tests/test_browser_scripts.py checks what Python emits against these types.
 */
declare namespace Selat {
  type LatLon = [lat: number, lon: number];
  type LonLat = [lon: number, lat: number];

  /** Argument of `selat.base`: what never changes while the map stands. */
  interface Base {
    bounds: [southWest: LatLon, northEast: LatLon];
    /** Margins of the opening view in pixels. */
    padding: [leftTop: [number, number], rightBottom: [number, number]];
    /** The study box in degrees. */
    box: [west: number, south: number, east: number, north: number];
    land: LayerSource;
    /** The sides; null where the data have none, and shapes arrive clipped. */
    waters: LayerSource | null;
    /** The coarse land round the study box; null where the data have none. */
    region: LayerSource | null;
    /** Where the land was cut at the study box. */
    seams: LatLon[][];
  }

  /** The address of a GeoJSON file, or, in the exported file, the packed layer itself. */
  type LayerSource = string | PackedLayer;

  /** Polygons packed by `geo.offline.packing`. */
  interface PackedLayer {
    /** Of a degree, that corners are rounded to. */
    decimals: number;
    features: { properties: { side?: string }; polygons: string }[];
  }

  /** Argument of `selat.scene`: everything that can be drawn, and what the reader's choices make of it. */
  interface Scene {
    /** Layers switched on. */
    layers: string[];
    /** Id of the chosen control point or place. */
    selected: string | null;
    /** Ids of the features that patrols leave from. */
    starts: string[];
    /** What the chosen agreement touches. */
    touched: Touched;
    points: ControlPoint[];
    places: Place[];
    lines: Line[];
    /** Air rings; the page sends those that are drawn, the exported file has those of every year. */
    rings: Ring[];
    sides: Side[];
    shapes: Shape[];
    routes: Route[];
    /** The position of the water that was clicked. */
    water: LatLon | null;
    legend: Legend;
    labels: Labels;
    dark: boolean;
    /** The year that airfields and rings are drawn as of; null for today. */
    year: number | null;
    palette: { land: string; coast: string; sea: string };
    /** Opacity of the sides where no agreement is chosen. */
    tint: number;
    /** The strait where no shape covers it. */
    rest: { color: string; opacity: number };
    /** Sides on which no start may act, and the colour of their hatch. */
    hatch: { sides: string[]; color: string };
    /** Counts how often the reader asked for the opening view again. */
    view: number;
    tiles: { url: string; attribution: string } | null;
    /** Markup, encoded by `geo.encode.map_text`: Leaflet sets it by `innerHTML`. */
    attribution_html: string;
    /** The query of the page's address; null or missing where the map does not change the address. */
    address?: string | null;
    /** Names of the parameters that belong to Selat. */
    address_names?: string[];
    /** Name of the parameter that holds centre and zoom. */
    view_name?: string;
    /** Centre and zoom that the page was opened at. */
    at?: [lat: number, lon: number, zoom: number] | null;
  }

  interface Touched {
    points: string[];
    places: string[];
    sides: string[];
  }

  interface Position {
    lat: number;
    lon: number;
  }

  interface ControlPoint extends Position {
    id: string;
    name: string;
    /** Accessible name. */
    label: string;
    /** Takes no part in the scenario, or is not a control point yet. */
    hollow: boolean;
  }

  interface Place extends Position {
    id: string;
    layer: string;
    name: string;
    role: string;
    /** Accessible name. */
    label: string;
    symbol: "port" | "light" | "base" | "air-base" | "air-base-ours" | "town";
    /** Another layer that draws the place, from the year it was first seen. */
    further_layer?: string;
    since?: number | null;
    /** From this zoom on the symbol shows. */
    min_zoom: number;
    /** From this zoom on the name shows. */
    name_zoom: number;
  }

  interface Line {
    layer: string;
    latlons: LatLon[][];
    color: string;
    opacity: number;
    /** Pattern of dashes as SVG has it. */
    dash: string | null;
    title: string;
    note: string;
  }

  /** How far aircraft come within so many minutes, from the nearest airfield; the position is that of its label. */
  interface Ring extends Position {
    latlons: LatLon[][];
    color: string;
    label: string;
    title: string;
    note: string;
    /** It stands from this year until another airfield was seen; null for no such year. */
    since: number | null;
    until: number | null;
  }

  /** The waters of a state, or of none; position and zoom are those of its name. */
  interface Side extends Position {
    side: string;
    color: string;
    /** Empty where the side belongs to no state. */
    name: string;
    min_zoom: number;
  }

  /** An area of the answer; opacity 0 draws its outline only, as a limit. */
  interface Shape {
    /** Polygons, each an outer ring and its holes. */
    latlons: LatLon[][][];
    color: string;
    opacity: number;
    /** The side that the shape is clipped to, "all" of them, or null where it arrives clipped. */
    clip: string | null;
  }

  /** A route from a control point to the clicked water. */
  interface Route {
    latlons: LatLon[];
    color: string;
    /** The rule keeps this point from acting there. */
    faint: boolean;
  }

  interface Legend {
    title: string;
    rows: LegendRow[];
    note: string;
  }

  type LegendRow = LegendSymbol | LegendScale;

  interface LegendSymbol {
    /** The layer that the row belongs to; null for what is always drawn. */
    layer: string | null;
    symbol: "point" | "fill" | "line" | "dash" | "dot" | "dashdot" | "hatch" | "ring" | Place["symbol"];
    /** Another layer that it belongs to. */
    further_layer?: string;
    color?: string;
    text: string;
  }

  /** Bands of arrival: one colour between each two edges. */
  interface LegendScale {
    layer: null;
    symbol: "scale";
    colors: string[];
    /** Hours as text, one more than colours. */
    edges: string[];
    text: string;
  }

  interface Labels {
    /** Accessible name of the map. */
    map: string;
    zoom_in: string;
    zoom_out: string;
    /** The button that shows the whole strait. */
    whole: string;
    no_tiles: string;
    lat: [north: string, south: string];
    lon: [east: string, west: string];
    /** Decimal sign. */
    decimal: string;
  }
}
