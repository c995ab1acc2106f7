/** What the scripts remember of a map: `map.selat`. */
import type * as Leaflet from "leaflet";

declare module "leaflet" {
  interface Map {
    /** Set by `selat.base`. */
    selat: Selat.MapState;
  }

  interface SVG {
    /** The group that holds the paths; not documented, and there since Leaflet 1.0. */
    _rootGroup: SVGGElement;
  }
}

declare global {
  namespace Selat {
    interface MapState {
      scene: Scene | null;
      /** The reader has moved the map: it is no longer fitted to its frame. */
      hasMoved: boolean;
      /** Return whether the content of a part has changed since this was last asked: only then is it drawn again. */
      hasChanged(part: string, content: unknown): boolean;
      /** Id of the symbol that last had the focus. */
      focusedId: string | null;
      /** Last `Scene.view` and `Scene.selected`; undefined before the first scene. */
      view?: number;
      selected?: string | null;
      attribution?: string;

      /** Fit the map to the strait. */
      fit(): void;
      /** Fit it, and again whenever its frame changes size. */
      refit(): void;

      legend: HTMLDetailsElement;
      /** The box that shows the position under the pointer. */
      position: HTMLElement;
      failure?: Leaflet.Control;
      tiles: Leaflet.TileLayer | null;
      /** The first tile has arrived. */
      hasTiles: boolean;

      /** The sea of the study box, above the coarse land. */
      sheet: Leaflet.Rectangle;
      seams: Leaflet.Polyline;
      region?: Leaflet.GeoJSON;
      land?: Leaflet.GeoJSON;
      waters?: Leaflet.GeoJSON;
      sides?: SideFeature[];
      touchedSides?: Leaflet.Polyline;
      hatched?: Leaflet.GeoJSON;
      shapesRenderer: Leaflet.SVG;

      /** Points, places, lines and names: what the answer does not change. */
      marks: Leaflet.FeatureGroup;
      lines: Leaflet.Polyline[];
      names: SideName[];
      places: PlaceSymbol[];
      points: PointSymbol[];
    }

    type SideFeature = GeoJSON.Feature<GeoJSON.MultiPolygon, { side: string }>;

    interface SideName {
      marker: Leaflet.Marker;
      minZoom: number;
    }

    interface PlaceSymbol {
      marker: Leaflet.Marker;
      id: string;
      label: string;
      minZoom: number;
      nameZoom: number;
    }

    interface PointSymbol {
      marker: Leaflet.Marker;
      id: string;
      label: string;
      isSelected: boolean;
      /** The element inside the marker's icon. */
      body: HTMLElement;
      /** From the true position to the symbol, where it was pushed aside. */
      leader: Leaflet.Polyline;
      latlng: Leaflet.LatLng;
    }
  }
}
