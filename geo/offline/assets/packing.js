/*
 * Decodes what geo/offline/packing.py encoded: areas at once, texts asynchronously, since browsers decompress only so.
 */
const selatPacking = (() => {
  "use strict";

  /** @param {string} text */
  function decodeBase64(text) {
    return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  }

  // --- rings ----------------------------------------------------------------------------------------------------------

  /**
   * Return functions that read one packed text: numbers of 7 bits a byte, low bits first; corners as steps from the last one.
   * @param {string} text
   * @param {number} decimals
   */
  function createReader(text, decimals) {
    const bytes = decodeBase64(text);
    const unit = 10 ** decimals;
    let index = 0;
    let lon = 0;
    let lat = 0;

    function readNumber() {
      let value = 0;
      let scale = 1;
      let byte = 0;
      do {
        byte = bytes[index++];
        value += (byte % 128) * scale;
        scale *= 128;
      } while (byte >= 128);
      return value;
    }

    function readStep() {
      const number = readNumber();
      return number % 2 ? -(number + 1) / 2 : number / 2;
    }

    /** @returns {Selat.LonLat} */
    function readCorner() {
      lon += readStep();
      lat += readStep();
      return [lon / unit, lat / unit];
    }

    /**
     * @template Item
     * @param {() => Item} readItem
     */
    function readMany(readItem) {
      return Array.from({ length: readNumber() }, readItem);
    }

    const readRings = () => readMany(() => readMany(readCorner));
    return { readRings, readPolygons: () => readMany(readRings) };
  }

  /**
   * Return packed rings, each a list of corners.
   * @param {string} text
   * @param {number} decimals of a degree, that corners were rounded to
   * @returns {Selat.LatLon[][]}
   */
  function readRings(text, decimals) {
    return createReader(text, decimals)
      .readRings()
      .map((ring) => ring.map(([lon, lat]) => [lat, lon]));
  }

  /**
   * Return a packed layer as GeoJSON.
   * @param {Selat.PackedLayer} layer
   * @returns {GeoJSON.FeatureCollection<GeoJSON.MultiPolygon>}
   */
  function readLayer({ features, decimals }) {
    return {
      type: "FeatureCollection",
      features: features.map(({ properties, polygons }) => ({
        type: "Feature",
        properties,
        geometry: { type: "MultiPolygon", coordinates: createReader(polygons, decimals).readPolygons() },
      })),
    };
  }

  // --- texts ----------------------------------------------------------------------------------------------------------

  /**
   * Replace the packed text of a script element by the text itself.
   * @param {HTMLScriptElement} element
   */
  async function unpackText(element) {
    const packed = new Blob([decodeBase64(element.text)]).stream();
    element.text = await new Response(packed.pipeThrough(new DecompressionStream("deflate"))).text();
  }

  /**
   * Show that this browser cannot unpack the texts; controls that need them stay hidden.
   * @param {unknown} error
   */
  function showFailure(error) {
    console.error(error);
    document.documentElement.classList.add("selat-cannot-unpack");
    selatDom.byId("selat-cannot", HTMLElement).hidden = false;
  }

  const allTexts = Promise.all(selatDom.findAll("script[data-packed]", HTMLScriptElement).map(unpackText));

  /**
   * Run a script once every text is unpacked; never in a browser that cannot unpack them.
   * @param {() => void} start
   */
  function whenReady(start) {
    allTexts.then(start, () => {});
  }

  /**
   * Run a script once every text is unpacked, or once unpacking has failed.
   * @param {() => void} start
   */
  function whenSettled(start) {
    allTexts.then(start, (error) => {
      showFailure(error);
      start();
    });
  }

  return { readLayer, readRings, whenReady, whenSettled };
})();
