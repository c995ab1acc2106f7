/*
 * Areas of the map: land, the coarse land beyond the study box, the states' sides, and the shapes of an answer.
 * Shapes reach a little over the shore and the lines between the states; the browser clips them to the sides.
 */
const selatAreas = (() => {
  "use strict";

  const PADDING = 0.4; // what is drawn beyond the edges of the view, as a share of its size
  const TOUCHED_COLOR = "#B3123F";
  const UNKNOWN_SIDE = { color: "#7A8288", opacity: 0 };
  const TOUCHED_OPACITY = 0.42;
  const UNTOUCHED_OPACITY = 0.07;

  // --- land and sides: drawn once per map -----------------------------------------------------------------------------

  /** @param {string} pane */
  function createRenderer(pane) {
    return L.svg({ pane, padding: PADDING }); // not a canvas: printed, it hides what lies under it
  }

  /**
   * Fetch a GeoJSON layer, or unpack the one that the exported file carries.
   * @param {Selat.LayerSource} source
   * @returns {Promise<GeoJSON.FeatureCollection>}
   */
  async function loadLayer(source) {
    if (typeof source !== "string") return selatPacking.readLayer(source);
    const response = await fetch(source);
    if (!response.ok) throw new Error(`${source}: ${response.status}`);
    return response.json();
  }

  /**
   * Load and draw the land.
   * @param {L.Map} map
   * @param {Selat.LayerSource} source
   */
  async function addLand(map, source) {
    const land = await loadLayer(source);
    const renderer = createRenderer("selat-land");
    map.selat.land = L.geoJSON(land, layerOptions({ pane: "selat-land", interactive: false, renderer })).addTo(map);
    map.selat.land.bringToBack();
    colorAreas(map);
  }

  /**
   * Load and draw the coarse land, which goes on beyond the study box to the edge of the map.
   * @param {L.Map} map
   * @param {Selat.LayerSource} source
   */
  async function addRegion(map, source) {
    const region = await loadLayer(source);
    const renderer = createRenderer("selat-region");
    map.selat.region = L.geoJSON(region, layerOptions({ pane: "selat-region", interactive: false, renderer }));
    colorAreas(map);
  }

  /**
   * Load the sides; `colorAreas` draws them.
   * @param {L.Map} map
   * @param {Selat.LayerSource} source
   */
  async function addSides(map, source) {
    const sides = mergeParts(await loadLayer(source));
    const renderer = createRenderer("selat-waters");
    const options = layerOptions({ pane: "selat-waters", interactive: false, smoothFactor: 0, renderer });
    map.selat.waters = L.geoJSON(collectionOf(sides), options);
    map.selat.sides = sides;
    clipToSides(map, sides);
    colorAreas(map);
  }

  /**
   * Return path options as options of a GeoJSON layer: Leaflet passes them on to the paths, but its types do not say so.
   * @param {L.PolylineOptions} options
   * @returns {L.GeoJSONOptions}
   */
  function layerOptions(options) {
    return /** @type {L.GeoJSONOptions} */ (options);
  }

  /**
   * Merge the parts of each side into one shape: drawn separately, a hairline of sea would show between them.
   * @param {GeoJSON.FeatureCollection} parts
   * @returns {Selat.SideFeature[]}
   */
  function mergeParts(parts) {
    /** @type {Map<string, GeoJSON.Position[][][]>} */
    const polygons = new Map();
    for (const { geometry, properties } of parts.features) {
      const side = properties?.side;
      const known = polygons.get(side) ?? [];
      if (geometry.type === "Polygon") polygons.set(side, [...known, geometry.coordinates]);
      if (geometry.type === "MultiPolygon") polygons.set(side, [...known, ...geometry.coordinates]);
    }
    return Array.from(polygons, ([side, coordinates]) => ({
      type: "Feature",
      properties: { side },
      geometry: { type: "MultiPolygon", coordinates },
    }));
  }

  /**
   * @param {Selat.SideFeature[]} features
   * @returns {GeoJSON.FeatureCollection}
   */
  function collectionOf(features) {
    return { type: "FeatureCollection", features };
  }

  /**
   * Return the sea of the study box, which hides the coarse land there.
   * @param {Selat.Base["box"]} box
   */
  function createSheet([west, south, east, north]) {
    /** @type {L.LatLngBoundsLiteral} */
    const corners = [
      [south, west],
      [north, east],
    ];
    return L.rectangle(corners, {
      pane: "selat-sheet",
      interactive: false,
      stroke: false,
      renderer: createRenderer("selat-sheet"),
    });
  }

  /**
   * Return the lines that hide the edge of the land where it was cut at the study box.
   * @param {Selat.LatLon[][]} seams
   */
  function createSeams(seams) {
    return L.polyline(seams, { pane: "selat-seams", interactive: false, weight: 3, renderer: createRenderer("selat-seams") });
  }

  // --- clipping -------------------------------------------------------------------------------------------------------

  /**
   * Add a clip path for each side and one for all.
   * Leaflet updates the path of an outline wherever it is in the document, so the paths are moved into clip paths.
   * @param {L.Map} map
   * @param {Selat.SideFeature[]} sides
   */
  function clipToSides(map, sides) {
    const renderer = map.selat.shapesRenderer.addTo(map);
    const drawing = /** @type {SVGSVGElement} */ (renderer._rootGroup.parentNode);
    const whole = addClipPath(drawing, "all");
    sides.forEach((feature, index) => {
      const { side } = feature.properties;
      const options = layerOptions({ pane: "selat-shapes", renderer, interactive: false, smoothFactor: 0 });
      L.geoJSON(feature, options)
        .addTo(map)
        .eachLayer((layer) => {
          const path = elementOf(/** @type {L.Polygon} */ (layer));
          path.id = `selat-side-${index}`;
          path.setAttribute("clip-rule", "evenodd");
          addClipPath(drawing, side).append(path);
          const use = createSvgElement("use");
          use.setAttribute("href", `#${path.id}`);
          whole.append(use);
        });
    });
    map.getPane("selat-shapes")?.classList.add("selat-cut");
  }

  /**
   * @param {SVGSVGElement} drawing
   * @param {string} side
   */
  function addClipPath(drawing, side) {
    const path = createSvgElement("clipPath");
    path.id = `selat-clip-${side}`;
    drawing.append(path);
    return path;
  }

  /**
   * @template {keyof SVGElementTagNameMap} Tag
   * @param {Tag} tag
   */
  function createSvgElement(tag) {
    return document.createElementNS("http://www.w3.org/2000/svg", tag);
  }

  /**
   * Return the SVG path of a layer that is on the map.
   * @param {L.Path} layer
   */
  function elementOf(layer) {
    return /** @type {SVGPathElement} */ (layer.getElement());
  }

  /**
   * @param {Element} element
   * @param {string | null} clip
   */
  function setClip(element, clip) {
    if (clip) element.setAttribute("clip-path", `url(#selat-clip-${clip})`);
    else element.removeAttribute("clip-path");
  }

  // --- the answer's shapes --------------------------------------------------------------------------------------------

  /**
   * Draw the shapes of an answer into a group.
   * Where all have the same clip path they are clipped together, which the browser draws faster.
   * @param {L.Map} map
   * @param {L.FeatureGroup} group
   * @param {Selat.Scene} scene
   */
  function drawShapes(map, group, scene) {
    const isTogether = scene.shapes.every((shape) => shape.clip === scene.shapes[0].clip);
    for (const shape of scene.shapes) {
      for (const style of stylesOf(shape, scene.dark)) {
        const polygon = L.polygon(shape.latlons, { ...style, pane: "selat-shapes", renderer: map.selat.shapesRenderer });
        polygon.on("add", () => {
          const path = elementOf(polygon);
          setClip(/** @type {Element} */ (path.parentNode), isTogether ? shape.clip : null);
          setClip(path, isTogether ? null : shape.clip);
        });
        group.addLayer(polygon);
      }
    }
  }

  /**
   * Return the styles that a shape is drawn with, from the bottom up.
   * @param {Selat.Shape} shape
   * @param {boolean} isDark
   * @returns {L.PolylineOptions[]}
   */
  function stylesOf(shape, isDark) {
    const common = { interactive: false, smoothFactor: 0.6, fillColor: shape.color, fillOpacity: shape.opacity };
    if (shape.opacity > 0) {
      return [{ ...common, color: isDark ? "#0F1A22" : "#FFFFFF", weight: 1, fill: true, className: "" }];
    }
    const limit = { ...common, color: shape.color, weight: 2, dashArray: "5 4", fill: false, className: "selat-line" };
    return [selatSymbols.casingOf(limit), limit];
  }

  // --- colours --------------------------------------------------------------------------------------------------------

  /**
   * Colour land, sea and sides for the scene, if anything they depend on has changed.
   * @param {L.Map} map
   */
  function colorAreas(map) {
    const { scene, land, region, waters, hasTiles, sheet, seams } = map.selat;
    if (!scene) return;
    const hasAnswer = scene.shapes.length > 0;
    const parts = [scene.palette, scene.sides, scene.touched, scene.layers, scene.tint, scene.rest, scene.hatch, hasAnswer];
    if (!map.selat.hasChanged("colors", [...parts, Boolean(land), Boolean(region), Boolean(waters), hasTiles])) return;
    const { palette } = scene;
    map.getContainer().style.background = palette.sea;
    const style = { stroke: true, color: palette.coast, weight: 0.7, fill: true, fillColor: palette.land, fillOpacity: 1 };
    land?.setStyle(hasTiles ? { stroke: false, fill: false } : style);
    for (const layer of [region, sheet, seams]) {
      if (hasTiles) layer?.remove();
      else layer?.addTo(map);
    }
    region?.setStyle({ ...style, weight: 0.4 });
    sheet.setStyle({ fillColor: palette.sea, fillOpacity: 1 });
    seams.setStyle({ color: palette.land });
    if (!waters) return;
    waters.addTo(map);
    hatchSides(map, scene);
    outlineTouched(map, scene);
    colorSides(waters, scene);
  }

  /**
   * Tint the sides; under an answer all have the colour of water that no shape covers.
   * @param {L.GeoJSON} waters
   * @param {Selat.Scene} scene
   */
  function colorSides(waters, scene) {
    const tints = new Map(scene.sides.map((side) => [side.side, { color: side.color, opacity: tintOf(side.side, scene) }]));
    waters.setStyle((feature) => {
      const { side } = feature?.properties ?? {};
      if (scene.shapes.length && scene.hatch.sides.includes(side)) return { stroke: false, fillOpacity: 0 };
      const { color, opacity } = scene.shapes.length ? scene.rest : (tints.get(side) ?? UNKNOWN_SIDE);
      return { stroke: false, fillColor: color, fillOpacity: opacity };
    });
  }

  /**
   * @param {string} side
   * @param {Selat.Scene} scene
   */
  function tintOf(side, { touched, layers, tint }) {
    if (touched.sides.includes(side)) return TOUCHED_OPACITY;
    if (!layers.includes("sides")) return 0;
    return touched.sides.length ? UNTOUCHED_OPACITY : tint;
  }

  /**
   * Hatch the sides on which no start may act: they are not merely late.
   * @param {L.Map} map
   * @param {Selat.Scene} scene
   */
  function hatchSides(map, { hatch, shapes }) {
    const { selat } = map;
    selat.hatched?.remove();
    const sides = (selat.sides ?? []).filter((feature) => hatch.sides.includes(feature.properties.side));
    if (!shapes.length || !sides.length) return;
    const renderer = createRenderer("selat-hatch");
    const options = { pane: "selat-hatch", interactive: false, stroke: false, fillOpacity: 1, renderer };
    selat.hatched = L.geoJSON(collectionOf(sides), layerOptions({ ...options, fillColor: "url(#selat-hatch)" })).addTo(map);
    renderer._rootGroup.parentNode?.append(createHatch(hatch.color));
  }

  /**
   * Return a pattern of diagonal lines.
   * @param {string} color
   */
  function createHatch(color) {
    const pattern = createSvgElement("pattern");
    const line = createSvgElement("path");
    const attributes = {
      id: "selat-hatch",
      width: "8",
      height: "8",
      patternUnits: "userSpaceOnUse",
      patternTransform: "rotate(45)",
    };
    for (const [name, value] of Object.entries(attributes)) pattern.setAttribute(name, value);
    for (const [name, value] of Object.entries({ d: "M0 0V8", stroke: color, "stroke-width": "2.4" }))
      line.setAttribute(name, value);
    pattern.append(line);
    return pattern;
  }

  /**
   * Outline the sides that an agreement touches: under shapes a tint would be taken for one of their colours.
   * @param {L.Map} map
   * @param {Selat.Scene} scene
   */
  function outlineTouched(map, { shapes, touched }) {
    const { selat } = map;
    selat.touchedSides?.remove();
    if (!shapes.length || !touched.sides.length || !selat.sides) return;
    const sides = selat.sides.filter((feature) => touched.sides.includes(feature.properties.side));
    selat.touchedSides = L.polyline(sides.flatMap(outlineOf), {
      pane: "selat-touched",
      renderer: createRenderer("selat-touched"),
      interactive: false,
      color: TOUCHED_COLOR,
      weight: 2,
      className: "selat-touched-side",
    }).addTo(map);
  }

  /**
   * Return the lines round a side. An edge that two of its parts share is a seam in our data and no boundary: it is left out.
   * @param {Selat.SideFeature} side
   */
  function outlineOf(side) {
    const rings = side.geometry.coordinates.flat();
    const counts = countEdges(rings);
    /** @type {Selat.LatLon[][]} */
    const lines = [];
    for (const ring of rings) {
      /** @type {Selat.LatLon[] | null} */
      let line = null;
      for (let index = 1; index < ring.length; index++) {
        if ((counts.get(nameEdge(ring, index)) ?? 0) > 1) {
          line = null;
          continue;
        }
        if (!line) {
          line = [latLonOf(ring[index - 1])];
          lines.push(line);
        }
        line.push(latLonOf(ring[index]));
      }
    }
    return lines;
  }

  /**
   * Count how often each edge occurs, whatever its direction.
   * @param {GeoJSON.Position[][]} rings
   */
  function countEdges(rings) {
    const counts = new Map();
    for (const ring of rings) {
      for (let index = 1; index < ring.length; index++) {
        const edge = nameEdge(ring, index);
        counts.set(edge, (counts.get(edge) ?? 0) + 1);
      }
    }
    return counts;
  }

  /**
   * @param {GeoJSON.Position[]} ring
   * @param {number} index the edge's end
   */
  function nameEdge(ring, index) {
    return [ring[index - 1].join(), ring[index].join()].sort().join(";");
  }

  /**
   * @param {GeoJSON.Position} lonLat
   * @returns {Selat.LatLon}
   */
  function latLonOf([lon, lat]) {
    return [lat, lon];
  }

  return { addLand, addRegion, addSides, colorAreas, createRenderer, createSeams, createSheet, drawShapes };
})();
