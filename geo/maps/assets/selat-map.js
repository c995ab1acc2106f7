/*
 * Selat's map in the browser: the same code draws it on the page and in the exported file.
 *
 * Two calls. `selat.base(map, base)` draws what never changes: land, sides, panes, controls.
 * `selat.scene(map, group, scene)` draws everything that a choice changes: shapes and routes of the answer into `group`;
 * points, places, lines and names into a group of the map's own, `map.selat.marks`. Marks, legend and colours are drawn
 * again only if they have changed: a moved slider changes the shapes and leaves the rest alone.
 * Data arrive as JSON (see scene.d.ts) and are set as text, never as markup.
 */
const selat = (() => {
  "use strict";

  const Z_INDEX = {
    "selat-region": 340,
    "selat-sheet": 345,
    "selat-waters": 350,
    "selat-hatch": 352,
    "selat-shapes": 355,
    "selat-touched": 357,
    "selat-land": 360,
    "selat-seams": 370,
  };
  const ZOOM_OUT = 1.5; // levels out from the whole strait; farther out there is nothing to see

  if (window.matchMedia("(prefers-reduced-motion: reduce)").matches) stopMotion();

  /** Turn off all animation of maps created from now on. */
  function stopMotion() {
    const { panBy } = L.Map.prototype;
    L.Map.mergeOptions({ zoomAnimation: false, fadeAnimation: false, markerZoomAnimation: false, inertia: false });
    L.Map.include({
      /**
       * @this {L.Map}
       * @param {L.PointExpression} offset
       * @param {L.PanOptions} [options]
       */
      panBy(offset, options) {
        return panBy.call(this, offset, { ...options, animate: false });
      },
    });
  }

  // --- the base: once per map -----------------------------------------------------------------------------------------

  /**
   * Draw what never changes.
   * @param {L.Map} map
   * @param {Selat.Base} base
   */
  function drawBase(map, base) {
    map.attributionControl.setPrefix("Leaflet"); // the default prefix shows a national flag; this map is neutral
    for (const [name, zIndex] of Object.entries(Z_INDEX)) addPane(map, name, zIndex);
    if (!base.waters) map.getPane("selat-shapes")?.classList.add("selat-cut"); // shapes arrive clipped
    const fit = () => fitMap(map, base);
    fit();
    map.selat = createState(map, base, fit);
    watchReader(map);
    watchSize(map);
    const fail = (/** @type {unknown} */ error) => selatControls.showFailure(map, error);
    selatAreas.addLand(map, base.land).catch(fail);
    if (base.region) selatAreas.addRegion(map, base.region).catch(fail);
    if (base.waters) selatAreas.addSides(map, base.waters).catch(fail);
    map.on("zoomend", () => settle(map));
    map.on("moveend", () => keepAddress(map));
  }

  /**
   * @param {L.Map} map
   * @param {string} name
   * @param {number} zIndex
   */
  function addPane(map, name, zIndex) {
    const pane = map.createPane(name);
    pane.style.zIndex = String(zIndex);
    pane.style.pointerEvents = "none";
  }

  /**
   * @param {L.Map} map
   * @param {Selat.Base} base
   */
  function fitMap(map, { bounds, padding: [paddingTopLeft, paddingBottomRight] }) {
    const { x, y } = map.getSize();
    if (!x || !y) return; // folded away: Leaflet would compute a position of NaN
    map.setMinZoom(0);
    map.fitBounds(bounds, { paddingTopLeft, paddingBottomRight, animate: false });
    map.setMinZoom(map.getZoom() - ZOOM_OUT);
  }

  /**
   * Add the controls and return the map's state before its first scene.
   * @param {L.Map} map
   * @param {Selat.Base} base
   * @param {() => void} fit
   * @returns {Selat.MapState}
   */
  function createState(map, base, fit) {
    const refit = () => {
      map.selat.hasMoved = false;
      fit();
    };
    /** @type {Record<string, string>} */
    const contents = {}; // by part, as JSON
    const hasChanged = (/** @type {string} */ part, /** @type {unknown} */ content) => {
      const json = JSON.stringify(content);
      const isNew = contents[part] !== json;
      contents[part] = json;
      return isNew;
    };
    const labels = () => map.selat?.scene?.labels; // none while the base is drawn
    selatControls.tameWheel(map);
    selatControls.addWholeButton(map, refit);
    selatControls.addScale(map, labels);
    return {
      scene: null,
      hasMoved: false,
      hasChanged,
      focusedId: null,
      fit,
      refit,
      position: selatControls.addPosition(map, labels),
      legend: selatControls.addLegend(map),
      tiles: null,
      hasTiles: false,
      sheet: selatAreas.createSheet(base.box),
      seams: selatAreas.createSeams(base.seams),
      shapesRenderer: selatAreas.createRenderer("selat-shapes"),
      marks: L.featureGroup().addTo(map),
      lines: [],
      names: [],
      places: [],
      points: [],
    };
  }

  /**
   * Note when the reader moves the map, and which symbol has the focus.
   * @param {L.Map} map
   */
  function watchReader(map) {
    const container = map.getContainer();
    const noteMove = () => {
      map.selat.hasMoved = true;
    };
    for (const kind of ["mousedown", "wheel", "touchstart", "keydown"]) {
      container.addEventListener(kind, noteMove, { passive: true, capture: true }); // buttons of the map stop these events
    }
    container.addEventListener("focusin", ({ target }) => {
      map.selat.focusedId = (target instanceof HTMLElement && target.dataset.selatId) || null;
    });
  }

  /**
   * Fit the map again when its frame changes size, until the reader has moved it: the frame may get its size after the map.
   * @param {L.Map} map
   */
  function watchSize(map) {
    const observer = new ResizeObserver(() => {
      if (!map.getContainer().clientWidth || !map.getContainer().clientHeight) return; // folded away
      const center = map.getCenter();
      map.invalidateSize({ animate: false, pan: false });
      if (map.selat.hasMoved) map.setView(center, map.getZoom(), { animate: false });
      else map.selat.fit();
      settle(map); // the zoom may be the same, and the edges nearer
    });
    observer.observe(map.getContainer());
  }

  // --- the scene: again at every choice -------------------------------------------------------------------------------

  /**
   * Draw everything that a choice changes.
   * @param {L.Map} map
   * @param {L.FeatureGroup} group
   * @param {Selat.Scene} scene
   */
  function drawScene(map, group, scene) {
    map.selat.scene = scene;
    setView(map, scene);
    labelMap(map, scene);
    selatAreas.drawShapes(map, group, scene);
    for (const route of scene.routes) group.addLayer(selatSymbols.createRoute(route));
    if (scene.water) group.addLayer(selatSymbols.createWaterMark(scene.water));
    drawMarks(map, scene);
    setTiles(map, scene);
    setAttribution(map, scene);
    selatAreas.colorAreas(map);
    drawLegend(map, scene);
    bringIntoView(map, scene);
    keepAddress(map);
  }

  /**
   * Go to the opening view when the reader asks for it again, and at first to the view that the address names.
   * @param {L.Map} map
   * @param {Selat.Scene} scene
   */
  function setView(map, { view, at }) {
    const { selat } = map;
    const isFirst = selat.view === undefined;
    if (!isFirst && selat.view !== view) selat.refit();
    if (isFirst && at) {
      const [lat, lon, zoom] = at;
      selat.hasMoved = true;
      map.setView([lat, lon], zoom, { animate: false });
    }
    selat.view = view;
  }

  /**
   * Set theme, names and language of the map.
   * @param {L.Map} map
   * @param {Selat.Scene} scene
   */
  function labelMap(map, { dark, labels, address }) {
    for (const part of [map.getContainer(), map.selat.legend.parentElement]) part?.classList.toggle("selat-dark", dark);
    map.getContainer().setAttribute("aria-label", labels.map);
    if (typeof address === "string" && window.frameElement) labelFrame(window.frameElement, labels.map);
    selatControls.labelButtons(map, labels);
    map.selat.position.textContent = "";
  }

  /**
   * Give the map's frame a title and the language of the page: Streamlit does neither.
   * @param {Element} frame
   * @param {string} name
   */
  function labelFrame(frame, name) {
    frame.setAttribute("title", name);
    document.documentElement.lang = frame.ownerDocument.documentElement.lang;
  }

  /**
   * @param {L.Map} map
   * @param {Selat.Scene} scene
   */
  function drawMarks(map, scene) {
    const { lines, rings, sides, places, points, layers, year, selected, touched, starts } = scene;
    if (!map.selat.hasChanged("marks", [lines, rings, sides, places, points, layers, year, selected, touched, starts])) return;
    selatSymbols.drawMarks(map, scene);
    map.whenReady(() => settle(map)); // earlier, Leaflet has no elements of the symbols
  }

  /** @param {L.Map} map */
  function settle(map) {
    if (map.selat.scene) selatSymbols.settleMarks(map);
  }

  /**
   * Draw the legend without what is switched off; under an answer the sides have no colours of their own.
   * @param {L.Map} map
   * @param {Selat.Scene} scene
   */
  function drawLegend(map, scene) {
    const { legend, layers } = scene;
    const hasAnswer = scene.shapes.length > 0;
    if (!map.selat.hasChanged("legend", [legend, layers, hasAnswer])) return;
    const rows = legend.rows.filter((row) => selatSymbols.isLayerOn(row, scene) && !(hasAnswer && row.layer === "sides"));
    selatControls.fillLegend(map.selat.legend, { ...legend, rows });
  }

  /**
   * Move a feature chosen from a list into view. A click on the map never moves it: what was clicked is in view.
   * @param {L.Map} map
   * @param {Selat.Scene} scene
   */
  function bringIntoView(map, { points, places, selected }) {
    const { selat } = map;
    const item = [...points, ...places].find(({ id }) => id === selected);
    const isNew = selat.selected !== undefined && selat.selected !== selected;
    if (item && isNew && !map.getBounds().contains([item.lat, item.lon])) map.panTo([item.lat, item.lon]);
    selat.selected = selected;
  }

  /**
   * Keep choices and view in the address of the page around the map, so that it can be shared, without asking the server.
   * Parameters that are not Selat's stay.
   * @param {L.Map} map
   */
  function keepAddress(map) {
    const { scene, hasMoved } = map.selat;
    if (typeof scene?.address !== "string" || window.parent === window) return;
    const { location, history } = window.parent;
    const others = new URLSearchParams(location.search);
    for (const name of scene.address_names ?? []) others.delete(name);
    const view = hasMoved ? `${scene.view_name}=${formatView(map)}` : "";
    const query = [others.toString(), scene.address, view].filter(Boolean).join("&");
    const address = `${location.pathname}${query && "?"}${query}${location.hash}`;
    if (address === `${location.pathname}${location.search}${location.hash}`) return;
    history.replaceState(history.state, "", address);
  }

  /** @param {L.Map} map */
  function formatView(map) {
    const { lat, lng } = map.getCenter();
    return `${lat.toFixed(4)},${lng.toFixed(4)},${map.getZoom().toFixed(1)}`;
  }

  // --- background -----------------------------------------------------------------------------------------------------

  /**
   * Add or remove tiles. They come from another host: our own land stays until the first tile has arrived, and a failure is
   * shown once.
   * @param {L.Map} map
   * @param {Selat.Scene} scene
   */
  function setTiles(map, { tiles, labels }) {
    const { selat } = map;
    if (tiles && !selat.tiles) {
      selat.tiles = L.tileLayer(tiles.url, { maxZoom: 19 }).addTo(map);
      selat.tiles.once("tileload", () => {
        selat.hasTiles = true;
        selatAreas.colorAreas(map);
      });
      selat.tiles.once("tileerror", () => selatControls.showFailure(map, labels.no_tiles));
    }
    if (!tiles && selat.tiles) {
      selat.failure?.remove();
      selat.tiles.remove();
      selat.tiles = null;
      selat.hasTiles = false;
    }
  }

  /**
   * @param {L.Map} map
   * @param {Selat.Scene} scene
   */
  function setAttribution(map, { attribution_html }) {
    const { selat, attributionControl } = map;
    if (selat.attribution === attribution_html) return;
    if (selat.attribution) attributionControl.removeAttribution(selat.attribution);
    selat.attribution = attribution_html;
    attributionControl.addAttribution(attribution_html);
  }

  return { base: drawBase, scene: drawScene };
})();
