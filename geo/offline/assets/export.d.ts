/**
 * What the scripts of the exported file read from the page, and what they offer each other.
 * tests/test_browser_scripts.py checks what Python writes into the page against these types.
 */
import type * as Leaflet from "leaflet";

declare global {
  namespace Selat {
    type Language = "en" | "id";
    type ByLanguage<Value> = Record<Language, Value>;

    /** `#selat-state`: where the file came from, and what export.js needs in addition to the opening scene. */
    interface ExportState {
      /** Address and selection that the file was made from, for other programs. */
      from: Record<string, unknown>;
      /** Id of the agreement that is open at first. */
      agreement: string | null;
      /** Titles of the page. */
      titles: ByLanguage<string>;
      /** Scenes of the languages that the file does not open in; their shapes, and the geometry of lines and rings, are those of the opening scene. */
      scenes: Partial<ByLanguage<Scene>>;
      /** What each agreement touches, by its id. */
      touched: Record<string, Touched>;
    }

    /** `#selat-hours`, from `geo.offline.hours`: the scenario answered at each of `hours`. */
    interface HourlyAnswers {
      hours: number[];
      /** Index of the hour that the file opens at. */
      opening: number;
      /** The layer of coverage that the file opens with. */
      layer: string;
      /** Of a degree, that outlines are rounded to. */
      decimals: number;
      parts: OutlinesByHour[];
      /** Shapes of the layers that are the same at every hour. */
      fixed: Record<string, Shape[]>;
      /** Bands of arrival: the colour up to an hour, by index. */
      bands: { to: number; color: string }[];
      colors: Record<"reached" | "backup" | "gap" | "limit", string>;
      opacity: number;
      /** Where each hour stands in the curve. */
      curve_x: number[];
      words: ByLanguage<HourlyWords>;
    }

    /** Outlines of the strait or of one side, as packed rings; an hour beyond the last is like the last. */
    interface OutlinesByHour {
      /** See `Shape.clip`. */
      clip: string | null;
      /** Reached by anyone. */
      first: string[];
      /** Reached by two or more. */
      second: string[];
      whole: string;
    }

    interface HourlyWords {
      /** Each hour as text. */
      hours: string[];
      unit: string;
      /** Rows of the legend by layer; "{hours}" stands for the hour. */
      legends: Record<string, LegendRow[]>;
      /** Text alternative of the curve at each hour. */
      curve: string[];
      numbers: ChangingTexts;
      tables: ChangingTexts;
    }

    /** The text nodes of an element that change from hour to hour. */
    interface ChangingTexts {
      /** Which of the element's text nodes. */
      indices: number[];
      /** What they say at each hour. */
      rows: string[][];
    }

    /** `#selat-years-ready`, from `geo.offline.years`: the scheme as of each year. */
    interface YearlyFacts {
      /** The year that the file opens at; null is today. */
      opening: number | null;
      first: number;
      last: number;
      /** Years before the scheme began. */
      before: number[];
      /** Whether each control point is drawn hollow today. */
      hollow: Record<string, boolean>;
      /** For each agreement a letter a year: in place, unknown, or neither. */
      groups: Record<string, string>;
      /** Sentences with names in braces. */
      words: ByLanguage<Record<"today" | "as-of" | "before" | "listed", string>>;
      pages: ByLanguage<YearlyPages>;
      /** HTML in pieces: a piece is indices of tokens, a page indices of pieces. A token is what follows a "<". */
      tokens: string[];
      pieces: number[][];
    }

    interface YearlyPages {
      /** One a year. */
      cards: number[][];
      wide: number[];
      narrow: number[];
      counts: number[];
      /** Empty in the language that the file opens in: there they stand in the page already. */
      tables: number[];
    }

    type StatusGroup = "standing" | "unknown" | "others";
    type GroupCounts = Record<StatusGroup, number>;
  }

  interface Window {
    /** The map and the group of the answer, set by the map's own script. */
    selatMap: Leaflet.Map;
    selatGroup: Leaflet.FeatureGroup;
    /** Set by hours.js, where the file has hours. */
    selatHours?: {
      /** Return a scene with the shapes and legend of the chosen hour, and show everything else in its language. */
      apply(scene: Selat.Scene, lang: Selat.Language): Selat.Scene;
    };
    /** Set by years.js, where the file has years. */
    selatYears?: {
      /** Return a scene as of the chosen year, and show everything else in its language. */
      apply(scene: Selat.Scene, lang: Selat.Language): Selat.Scene;
      /** Return which group an agreement is in as of the chosen year; null for today. */
      groupOf(agreementId: string): Selat.StatusGroup | null;
      /** Return the note above the list of agreements for the chosen year; empty for today. */
      describeList(counts: Selat.GroupCounts, lang: Selat.Language): string;
    };
  }

  interface DocumentEventMap {
    /** Another hour or layer was chosen. */
    "selat-hour": Event;
    /** Another year was chosen. */
    "selat-year": Event;
    /** An agreement was clicked in a picture; the detail is its id. */
    "selat-agreement": CustomEvent<string>;
  }
}
