/*
 * Symbols, names and lines of the map.
 * Symbols of control points that would overlap are pushed apart; names that would overlap are left out.
 */
const selatSymbols = (() => {
  "use strict";

  const { createElement } = selatControls;
  const MIN_GAP_PX = 42; // two symbols of 26 px, and space for a finger between them
  const PUSH_ROUNDS = 40;
  const LEADER_PX = 6; // a symbol pushed farther than this gets a line to its true position
  const NAME_WIDTH_PX = 96;

  // --- selection ------------------------------------------------------------------------------------------------------

  /**
   * Return whether a layer of a thing is switched on; what has no layer is always drawn.
   * A further layer draws only what had been seen by the scene's year.
   * @param {{ layer: string | null, further_layer?: string, since?: number | null }} thing
   * @param {Selat.Scene} scene
   */
  function isLayerOn({ layer, further_layer, since = null }, scene) {
    if (layer === null || scene.layers.includes(layer)) return true;
    return further_layer !== undefined && scene.layers.includes(further_layer) && !isAfter(since, scene);
  }

  /**
   * @param {number | null} year
   * @param {Selat.Scene} scene
   */
  function isAfter(year, scene) {
    return year !== null && scene.year !== null && year > scene.year;
  }

  /**
   * Return whether an air ring is drawn: as of the scene's year, and no ring of more airfields has followed it.
   * @param {Selat.Ring} ring
   * @param {Selat.Scene} scene
   */
  function isRingDrawn({ since, until }, scene) {
    return scene.layers.includes("air") && !isAfter(since, scene) && (until === null || isAfter(until, scene));
  }

  /**
   * Return whether a place is drawn even if its layer is off: it is chosen, touched by the agreement, or a start.
   * @param {Selat.Place} place
   * @param {Selat.Scene} scene
   */
  function isNeeded({ id }, scene) {
    return id === scene.selected || scene.touched.places.includes(id) || scene.starts.includes(id);
  }

  /**
   * @param {Selat.Side} side
   * @param {Selat.Scene} scene
   */
  function isNamed({ name, side }, scene) {
    return Boolean(name) && (scene.layers.includes("sides") || scene.touched.sides.includes(side));
  }

  /**
   * Draw lines, names, places and points anew into the map's own group.
   * @param {L.Map} map
   * @param {Selat.Scene} scene
   */
  function drawMarks(map, scene) {
    const { selat } = map;
    const group = selat.marks;
    group.clearLayers();
    selat.lines = scene.lines.filter((line) => isLayerOn(line, scene)).map((line) => addLine(group, line));
    const rings = scene.rings.filter((ring) => isRingDrawn(ring, scene));
    selat.lines.push(...rings.map((ring) => addRing(group, ring)));
    selat.names = scene.sides.filter((side) => isNamed(side, scene)).map((side) => addName(group, side, scene));
    const places = scene.places.filter((place) => isNeeded(place, scene) || isLayerOn(place, scene));
    selat.places = places.map((place) => addPlace(group, place, scene));
    selat.points = scene.points.map((point) => addPoint(group, point, scene));
  }

  // --- drawing --------------------------------------------------------------------------------------------------------

  /**
   * Return the style of the casing under a line, in the colour of the page: lines lie on bands light and dark.
   * @param {L.PolylineOptions & { weight: number }} line
   * @returns {L.PolylineOptions}
   */
  function casingOf(line) {
    return {
      ...line,
      weight: line.weight + 2.4,
      opacity: 0.7,
      dashArray: undefined,
      interactive: false,
      className: "selat-edge",
    };
  }

  /**
   * @param {L.FeatureGroup} group
   * @param {Selat.Line} line
   */
  function addLine(group, line) {
    /** @type {L.PolylineOptions & { weight: number }} */
    const style = {
      color: line.color,
      weight: 2.2,
      opacity: line.opacity,
      dashArray: line.dash ?? undefined,
      lineCap: "butt",
      className: "selat-line",
    };
    return addStyledLine(group, line, style);
  }

  /**
   * @param {L.FeatureGroup} group
   * @param {Selat.Line | Selat.Ring} line
   * @param {L.PolylineOptions & { weight: number }} style
   */
  function addStyledLine(group, line, style) {
    const polyline = L.polyline(line.latlons, style);
    if (line.title) polyline.bindTooltip(createTooltip(line.title, line.note), { sticky: true, className: "selat-tooltip" });
    group.addLayer(L.polyline(line.latlons, casingOf(style)));
    group.addLayer(polyline);
    return polyline;
  }

  /**
   * Draw an air ring thin and dashed, with its minutes written on it.
   * @param {L.FeatureGroup} group
   * @param {Selat.Ring} ring
   */
  function addRing(group, ring) {
    const style = {
      color: ring.color,
      weight: 1.4,
      dashArray: "5 4",
      lineCap: /** @type {const} */ ("butt"),
      className: "selat-ring",
    };
    const label = createElement("span", "", ring.label);
    label.style.color = ring.color;
    const icon = L.divIcon({ className: "selat-ring-name", html: label, iconSize: [0, 0] });
    group.addLayer(L.marker([ring.lat, ring.lon], { icon, interactive: false, keyboard: false }));
    return addStyledLine(group, ring, style);
  }

  /**
   * @param {L.FeatureGroup} group
   * @param {Selat.Side} side
   * @param {Selat.Scene} scene
   * @returns {Selat.SideName}
   */
  function addName(group, side, scene) {
    const isTouched = scene.touched.sides.includes(side.side);
    const className = `selat-side-name${isTouched ? " selat-side-touched" : ""}`;
    const icon = L.divIcon({ className, html: createElement("span", "", side.name), iconSize: [0, 0] });
    const marker = L.marker([side.lat, side.lon], { icon, interactive: false, keyboard: false });
    group.addLayer(marker);
    return { marker, minZoom: side.min_zoom };
  }

  /**
   * Return the class names of a symbol that stands out.
   * @param {string} id
   * @param {string[]} touchedIds
   * @param {string | null} selectedId
   */
  function emphasisOf(id, touchedIds, selectedId) {
    return `${touchedIds.includes(id) ? " selat-touched" : ""}${id === selectedId ? " selat-selected" : ""}`;
  }

  /**
   * Return the GeoJSON of a symbol: with it, a click reports the id to the page.
   * @param {Selat.ControlPoint | Selat.Place} item
   * @returns {GeoJSON.Feature<GeoJSON.Point>}
   */
  function featureOf({ id, lat, lon }) {
    return { type: "Feature", properties: { id }, geometry: { type: "Point", coordinates: [lon, lat] } };
  }

  /**
   * @param {L.FeatureGroup} group
   * @param {Selat.Place} place
   * @param {Selat.Scene} scene
   * @returns {Selat.PlaceSymbol}
   */
  function addPlace(group, place, scene) {
    const isAlwaysOn = isNeeded(place, scene);
    const emphasis = emphasisOf(place.id, scene.touched.places, scene.selected);
    const body = createElement("span", `selat-place selat-${place.symbol}${emphasis}`);
    body.append(createElement("span", "selat-place-symbol"), createElement("span", "selat-place-name", place.name));
    const icon = L.divIcon({ className: "selat-icon", html: body, iconSize: [24, 24] }); // for a finger; the symbol is smaller
    const marker = L.marker([place.lat, place.lon], { icon, zIndexOffset: isAlwaysOn ? 200 : 0 });
    marker.feature = featureOf(place);
    const tooltip = createTooltip(place.name, place.role);
    marker.bindTooltip(tooltip, { className: "selat-tooltip", direction: "top", offset: [0, -8] });
    group.addLayer(marker);
    const zooms = isAlwaysOn ? { minZoom: 0, nameZoom: 0 } : { minZoom: place.min_zoom, nameZoom: place.name_zoom };
    return { marker, id: place.id, label: place.label, ...zooms };
  }

  /**
   * @param {L.FeatureGroup} group
   * @param {Selat.ControlPoint} point
   * @param {Selat.Scene} scene
   * @returns {Selat.PointSymbol}
   */
  function addPoint(group, point, scene) {
    const touchedIds = scene.touched.points;
    const isSelected = point.id === scene.selected;
    const isAside = touchedIds.length > 0 && !touchedIds.includes(point.id) && !isSelected;
    const emphasis = emphasisOf(point.id, touchedIds, scene.selected);
    const looks = `${isAside ? " selat-aside" : ""}${point.hollow ? " selat-hollow" : ""}`;
    const body = createElement("span", `selat-point${emphasis}${looks}`);
    body.append(createElement("span", "selat-point-disc"), createElement("span", "selat-point-name", point.name));
    const icon = L.divIcon({ className: "selat-icon", html: body, iconSize: [30, 30] });
    const marker = L.marker([point.lat, point.lon], { icon, zIndexOffset: isSelected ? 1000 : 500 });
    marker.feature = featureOf(point);
    const leader = L.polyline([], { className: "selat-leader", interactive: false, weight: 1.5 });
    group.addLayer(leader);
    group.addLayer(marker);
    return { marker, id: point.id, label: point.label, isSelected, body, leader, latlng: L.latLng(point.lat, point.lon) };
  }

  /**
   * @param {string} title
   * @param {string} note
   */
  function createTooltip(title, note) {
    const box = createElement("div");
    box.append(createElement("strong", "", title));
    if (note) box.append(createElement("div", "", note));
    return box;
  }

  /** @param {Selat.Route} route */
  function createRoute({ latlons, color, faint }) {
    const style = faint ? { opacity: 0.8, dashArray: "2 6" } : { opacity: 0.95 };
    return L.polyline(latlons, { ...style, color, weight: 3, interactive: false });
  }

  /** @param {Selat.LatLon} latlon */
  function createWaterMark(latlon) {
    const fill = { fill: true, fillColor: "#FFFFFF", fillOpacity: 1 };
    return L.circleMarker(latlon, { ...fill, radius: 6, color: "#16222B", weight: 2, interactive: false });
  }

  // --- zoom -----------------------------------------------------------------------------------------------------------

  /**
   * Show and hide names for the zoom, push symbols apart, and name everything for assistive technology.
   * @param {L.Map} map
   */
  function settleMarks(map) {
    const { names, places, lines, points } = map.selat;
    const zoom = map.getZoom();
    for (const { marker, minZoom } of [...names, ...places]) {
      const element = marker.getElement();
      if (element) element.style.display = zoom < minZoom ? "none" : "";
    }
    for (const place of places) {
      place.marker.getElement()?.classList.toggle("selat-nameless", zoom < place.nameZoom);
      labelSymbol(place);
    }
    // Tooltips of lines are for the pointer; a table holds the same.
    for (const line of lines) line.getElement()?.setAttribute("tabindex", "-1");
    spreadPoints(map, points);
    hideCoveredNames(places);
    for (const point of points) {
      labelSymbol(point);
      point.marker.getElement()?.setAttribute("aria-pressed", String(point.isSelected));
    }
    restoreFocus(map);
  }

  /**
   * Leave out names that would lie on another name, until a closer zoom; symbols always stay.
   * @param {Selat.PlaceSymbol[]} places
   */
  function hideCoveredNames(places) {
    /** @type {DOMRect[]} */
    const taken = [];
    for (const { marker } of places) {
      const element = marker.getElement();
      const name = element?.querySelector(".selat-place-name");
      if (!element || !name || element.style.display === "none") continue;
      element.classList.remove("selat-covered");
      if (element.classList.contains("selat-nameless")) continue;
      const box = name.getBoundingClientRect();
      if (taken.some((other) => overlap(box, other))) element.classList.add("selat-covered");
      else taken.push(box);
    }
  }

  /**
   * @param {DOMRect} one
   * @param {DOMRect} other
   */
  function overlap(one, other) {
    return one.right >= other.left && one.left <= other.right && one.bottom >= other.top && one.top <= other.bottom;
  }

  /**
   * Give a symbol an accessible name and the Enter key, which Leaflet omits for icons made of elements.
   * @param {{ marker: L.Marker, id: string, label: string }} symbol
   */
  function labelSymbol({ marker, id, label }) {
    const element = marker.getElement();
    if (!element) return;
    element.setAttribute("aria-label", label);
    element.setAttribute("role", "button");
    element.dataset.selatId = id;
    element.onkeydown = (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      marker.fire("click", { latlng: marker.getLatLng() }, true);
    };
  }

  /**
   * Give the focus back to the symbol that had it: a choice by keyboard draws the symbols anew.
   * @param {L.Map} map
   */
  function restoreFocus(map) {
    const { focusedId, points, places } = map.selat;
    if (!focusedId || document.activeElement !== document.body || !document.hasFocus()) return;
    const symbol = [...points, ...places].find(({ id }) => id === focusedId);
    symbol?.marker.getElement()?.focus({ preventScroll: true });
  }

  /**
   * Push symbols apart until none is nearer than MIN_GAP_PX; a fine line leads back to the true position.
   * @param {L.Map} map
   * @param {Selat.PointSymbol[]} points
   */
  function spreadPoints(map, points) {
    const pixels = points.map((point) => map.latLngToLayerPoint(point.latlng));
    for (let round = 0; round < PUSH_ROUNDS; round++) {
      if (!pushApart(pixels)) break;
    }
    points.forEach((point, index) => {
      const latlng = map.layerPointToLatLng(pixels[index]);
      point.marker.setLatLng(latlng);
      const isFar = pixels[index].distanceTo(map.latLngToLayerPoint(point.latlng)) > LEADER_PX;
      point.leader.setLatLngs(isFar ? [point.latlng, latlng] : []);
      const isAtEdge = map.layerPointToContainerPoint(pixels[index]).x > map.getSize().x - NAME_WIDTH_PX;
      point.body.classList.toggle("selat-name-left", isAtEdge);
    });
  }

  /**
   * Push each pair that is too near apart once; return whether there was one.
   * @param {L.Point[]} pixels changed in place
   */
  function pushApart(pixels) {
    let hasMoved = false;
    for (let i = 0; i < pixels.length; i++) {
      for (let j = i + 1; j < pixels.length; j++) {
        const apart = pixels[j].subtract(pixels[i]);
        const gap = Math.hypot(apart.x, apart.y);
        if (gap >= MIN_GAP_PX - 0.5) continue;
        // Names stand to the right of symbols, so push up and down rather than aside.
        const direction = gap > 0.01 ? L.point(apart.x * 0.35, apart.y) : L.point(0, 1);
        const length = Math.hypot(direction.x, direction.y) || 1;
        const push = direction.multiplyBy((MIN_GAP_PX - gap) / 2 / length);
        pixels[i] = pixels[i].subtract(push);
        pixels[j] = pixels[j].add(push);
        hasMoved = true;
      }
    }
    return hasMoved;
  }

  return { casingOf, createRoute, createWaterMark, drawMarks, isLayerOn, settleMarks };
})();
