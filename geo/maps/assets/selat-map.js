/* Selat's map in the browser: the same code draws it on the page and in the exported file.
 *
 * Two calls. `selat.base(map, base)` draws what never changes: land, sides, panes, controls.
 * `selat.scene(map, group, scene)` draws all that a choice changes: the answer (shapes, ways) into the group it is given,
 * points, places, lines and names into a group of the map's own, `map.selat.marks`. Of that, of the legend and of the colours
 * of land and sea only what has changed is drawn anew: a moved slider changes the shapes and leaves the rest alone.
 * Everything that comes from data arrives as JSON and is set as text, never as markup.
 */
(function () {
  "use strict";

  var MIN_GAP_PX = 42; // two symbols of 26 px with room for a finger between them

  // Who asks for less motion gets none from the map: it is at once where it goes. Every map made after this script obeys.
  if (window.matchMedia("(prefers-reduced-motion: reduce)").matches) {
    var panBy = L.Map.prototype.panBy;
    L.Map.mergeOptions({ zoomAnimation: false, fadeAnimation: false, markerZoomAnimation: false, inertia: false });
    L.Map.include({
      panBy: function (offset, options) { return panBy.call(this, offset, L.extend({}, options, { animate: false })); },
    });
  }

  function element(tag, className, text) {
    var made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined && text !== null) made.textContent = text;
    return made;
  }

  // --- the base: once per map ---------------------------------------------------------------------------------------

  function base(map, options) {
    var state = (map.selat = { options: options, scene: null, touched: false, names: [], places: [], lines: [], points: [], drawn: {} });
    map.attributionControl.setPrefix("Leaflet"); // the default prefix shows a national flag; this map takes no side
    pane(map, "selat-waters", 350);
    pane(map, "selat-shapes", 355);
    pane(map, "selat-touched", 357);
    state.shapesRenderer = L.svg({ pane: "selat-shapes", padding: 0.4 });
    if (!options.waters) map.getPane("selat-shapes").classList.add("selat-cut"); // nothing to cut to: they come cut
    pane(map, "selat-land", 360);
    pane(map, "selat-sheet", 370);
    var fit = function () {
      map.setMinZoom(0);
      map.fitBounds(options.bounds, { paddingTopLeft: options.padding[0], paddingBottomRight: options.padding[1], animate: false });
      map.setMinZoom(map.getZoom() - 1.5); // farther out there is nothing to see
    };
    fit();
    wheel(map);
    // The frame may get its size after the map: fit again until the reader has moved it.
    ["mousedown", "wheel", "touchstart", "keydown"].forEach(function (kind) {
      map.getContainer().addEventListener(kind, function () { state.touched = true; }, { passive: true, capture: true }); // the map's buttons keep theirs to themselves
    });
    new ResizeObserver(function () {
      map.invalidateSize({ animate: false });
      if (!state.touched) fit();
      if (state.scene) settle(map); // the zoom may be the same, and the edges nearer
    }).observe(map.getContainer());
    map.getContainer().addEventListener("focusin", function (event) { state.focused = event.target.dataset.selatId || null; });
    state.fit = fit;
    state.refit = function () { state.touched = false; fit(); };
    wholeButton(map);
    scaleBar(map);
    state.position = positionControl(map);
    state.legend = legendControl(map);
    sheet(map, options.box);
    load(options.land).then(function (land) {
      state.land = L.geoJSON(land, {
        pane: "selat-land", interactive: false, renderer: L.svg({ pane: "selat-land", padding: 0.4 }), // not a canvas: printed, it hides what lies under it
      }).addTo(map);
      state.land.bringToBack();
      restyle(map);
    }, failed(map));
    if (options.waters) {
      load(options.waters).then(function (parts) {
        var waters = bySide(parts);
        state.waters = L.geoJSON(waters, { pane: "selat-waters", interactive: false, smoothFactor: 0, renderer: L.svg({ pane: "selat-waters", padding: 0.4 }) });
        state.outline = waters;
        outlineSides(map, waters);
        restyle(map);
      }, failed(map));
    }
    state.marks = L.featureGroup().addTo(map);
    map.on("zoomend", function () { if (state.scene) settle(map); });
    map.on("moveend", function () { if (state.scene) address(map, state.scene); });
  }

  // The wheel scrolls the page that the map stands in, until the reader has turned to the map; with Ctrl it always zooms.
  function wheel(map) {
    var box = map.getContainer(), zoom = map.scrollWheelZoom;
    zoom.disable();
    ["mousedown", "focusin"].forEach(function (kind) { box.addEventListener(kind, function () { zoom.enable(); }, true); });
    box.addEventListener("mouseleave", function () { zoom.disable(); });
    box.addEventListener("wheel", function (event) {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault(); // not the page's own zoom
      zoom.enable();
    }, { capture: true, passive: false });
  }

  function pane(map, name, zIndex) {
    var made = map.createPane(name);
    made.style.zIndex = zIndex;
    made.style.pointerEvents = "none";
  }

  function load(source) {
    if (typeof source !== "string") return Promise.resolve(window.selatPacked.layer(source)); // in the exported file
    return fetch(source).then(function (answer) {
      if (!answer.ok) throw new Error(source + ": " + answer.status);
      return answer.json();
    });
  }

  // The parts of a side as one shape: drawn each by itself, a hair of sea would show between them.
  function bySide(parts) {
    var sides = {};
    parts.features.forEach(function (part) {
      var shape = part.geometry, polygons = shape.type === "Polygon" ? [shape.coordinates] : shape.coordinates;
      var side = (sides[part.properties.side] = sides[part.properties.side] || []);
      side.push.apply(side, polygons);
    });
    var features = Object.keys(sides).map(function (side) {
      return { type: "Feature", properties: { side: side }, geometry: { type: "MultiPolygon", coordinates: sides[side] } };
    });
    return { type: "FeatureCollection", features: features };
  }

  // What cannot be fetched or read is said on the map, not only in the console.
  function failed(map) {
    return function (error) {
      if (map.selat.failure) map.selat.failure.remove();
      var control = (map.selat.failure = L.control({ position: "bottomright" }));
      control.onAdd = function () {
        var box = element("div", "selat-failed", String((error && error.message) || error));
        box.setAttribute("role", "alert");
        return box;
      };
      control.addTo(map);
    };
  }

  // The map is a sheet: beyond the study box nothing is drawn, and its edge shows that.
  function sheet(map, box) {
    var world = [[-89, -360], [-89, 360], [89, 360], [89, -360]];
    var edge = [[box[1], box[0]], [box[1], box[2]], [box[3], box[2]], [box[3], box[0]]];
    map.selat.sheet = L.polygon([world, edge], { pane: "selat-sheet", interactive: false, weight: 1 });
  }

  // A third button under the zoom: back to the whole, choices kept.
  function wholeButton(map) {
    var bar = map.zoomControl.getContainer();
    var button = element("a", "selat-whole", "⤢");
    button.href = "#";
    button.setAttribute("role", "button");
    L.DomEvent.on(button, "click", function (event) {
      L.DomEvent.stop(event);
      map.selat.refit();
    });
    bar.appendChild(button);
  }

  function scaleBar(map) {
    var control = L.control({ position: "bottomleft" });
    control.onAdd = function () {
      var box = element("div", "selat-scale");
      var bars = [["km", 1000], ["nmi", 1852]].map(function (unit) {
        var bar = element("div", "selat-scale-bar");
        box.appendChild(bar);
        return { bar: bar, name: unit[0], metres: unit[1] };
      });
      var update = function () {
        var middle = map.getSize().y / 2;
        var wide = map.distance(map.containerPointToLatLng([0, middle]), map.containerPointToLatLng([110, middle]));
        bars.forEach(function (unit) {
          var round = roundDown(wide / unit.metres);
          unit.bar.style.width = Math.round((110 * round * unit.metres) / wide) + "px";
          var labels = map.selat.scene && map.selat.scene.labels;
          unit.bar.textContent = String(round).replace(".", labels ? labels.decimal : ".") + " " + unit.name;
        });
      };
      map.on("zoomend moveend resize", update);
      map.whenReady(update);
      return box;
    };
    control.addTo(map);
  }

  function roundDown(value) {
    var power = Math.pow(10, Math.floor(Math.log10(value)));
    var lead = value / power;
    return (lead >= 5 ? 5 : lead >= 2 ? 2 : 1) * power;
  }

  function positionControl(map) {
    var control = L.control({ position: "bottomleft" });
    var box = element("div", "selat-position");
    box.setAttribute("aria-hidden", "true"); // a mouse reading; the tables hold the positions
    control.onAdd = function () { return box; };
    control.addTo(map);
    map.on("mousemove click", function (event) {
      var at = event.latlng;
      var labels = map.selat.scene && map.selat.scene.labels;
      if (labels) box.textContent = degreesMinutes(at.lat, labels.lat, labels.decimal) + "  " + degreesMinutes(at.lng, labels.lon, labels.decimal);
    });
    map.on("mouseout", function () { box.textContent = ""; });
    return box;
  }

  function degreesMinutes(degrees, hemispheres, decimal) {
    var tenths = Math.round(Math.abs(degrees) * 600);
    var minutes = ((tenths % 600) / 10).toFixed(1);
    return Math.floor(tenths / 600) + "°" + (minutes.length < 4 ? "0" : "") + minutes.replace(".", decimal) + "′ " + hemispheres[degrees < 0 ? 1 : 0];
  }

  function legendControl(map) {
    var control = L.control({ position: "topright" });
    var box = element("details", "selat-legend");
    box.open = map.getContainer().clientWidth > 560;
    control.onAdd = function () {
      L.DomEvent.disableClickPropagation(box);
      L.DomEvent.disableScrollPropagation(box);
      return box;
    };
    control.addTo(map);
    return box;
  }

  // --- the scene: again at every choice --------------------------------------------------------------------------------

  function scene(map, group, drawn) {
    var state = map.selat;
    state.scene = drawn;
    if (state.view !== undefined && state.view !== drawn.view) state.refit();
    if (state.view === undefined && drawn.at) {
      state.touched = true;
      map.setView([drawn.at[0], drawn.at[1]], drawn.at[2], { animate: false });
    }
    state.view = drawn.view;
    map.getContainer().classList.toggle("selat-dark", drawn.dark);
    map.getContainer().setAttribute("aria-label", drawn.labels.map);
    if (typeof drawn.address === "string" && window.frameElement) introduce(window.frameElement, drawn.labels.map);
    zoomLabels(map, drawn.labels);
    state.position.textContent = "";
    drawShapes(map, group, drawn);
    drawn.ways.forEach(function (way) { group.addLayer(drawWay(way)); });
    if (drawn.water) group.addLayer(drawWater(drawn.water));
    marks(map, drawn);
    background(map, drawn);
    restyle(map);
    legend(map, drawn);
    bringIntoView(map, drawn);
    address(map, drawn);
  }

  // Has what is drawn of this name changed since it was last asked for?
  function changed(map, name, content) {
    var kept = map.selat.drawn, now = JSON.stringify(content);
    if (kept[name] === now) return false;
    kept[name] = now;
    return true;
  }

  function marks(map, drawn) {
    var state = map.selat, group = state.marks;
    if (!changed(map, "marks", [drawn.lines, drawn.sides, drawn.places, drawn.points, drawn.layers, drawn.selected, drawn.touched, drawn.starts])) return;
    group.clearLayers();
    state.lines = drawn.lines.filter(switchedOn(drawn)).map(function (line) { return add(group, drawLine(group, line)); });
    var sides = drawn.sides.filter(function (side) { return side.name && sideShown(drawn, side.side); });
    state.names = sides.map(function (side) { return add(group, drawName(side, drawn)); });
    var places = drawn.places.filter(function (place) { return calledFor(drawn, place) || switchedOn(drawn)(place); });
    state.places = places.map(function (place) { return add(group, drawPlace(place, drawn)); });
    state.points = drawn.points.map(function (point) { return drawPoint(group, point, drawn); });
    map.whenReady(function () { settle(map); }); // before that Leaflet has made no symbol that could be named
  }

  // The page names its frame after the component and says nothing of its language: a reader is told what is in it, in which.
  function introduce(frame, name) {
    frame.title = name;
    document.documentElement.lang = frame.ownerDocument.documentElement.lang;
  }

  // The address of the page that the map stands in says what is chosen and where the map looks, so that it can be
  // handed on. It is kept here, without a word to the server; parameters of others in it stay.
  function address(map, drawn) {
    if (typeof drawn.address !== "string" || window.parent === window) return;
    var place = window.parent.location, kept = new URLSearchParams(place.search);
    drawn.address_names.forEach(function (name) { kept.delete(name); });
    var at = map.getCenter(), view = [at.lat.toFixed(4), at.lng.toFixed(4), map.getZoom().toFixed(1)].join(",");
    var parts = [kept.toString(), drawn.address, map.selat.touched ? drawn.view_name + "=" + view : ""].filter(Boolean);
    var wanted = place.pathname + (parts.length ? "?" + parts.join("&") : "") + place.hash;
    if (wanted !== place.pathname + place.search + place.hash) window.parent.history.replaceState(window.parent.history.state, "", wanted);
  }

  // Chosen from a list while the map looks elsewhere: move it into view. A click on the map never moves it.
  function bringIntoView(map, drawn) {
    var state = map.selat, chosen = drawn.points.concat(drawn.places).filter(function (item) { return item.id === drawn.selected; })[0];
    if (chosen && state.selected !== undefined && state.selected !== chosen.id && !map.getBounds().contains([chosen.lat, chosen.lon])) {
      map.panTo([chosen.lat, chosen.lon]);
    }
    state.selected = drawn.selected;
  }

  function switchedOn(drawn) {
    return function (thing) { return thing.layer === null || drawn.layers.indexOf(thing.layer) >= 0; };
  }

  function calledFor(drawn, place) {
    return place.id === drawn.selected || drawn.touched.places.indexOf(place.id) >= 0 || drawn.starts.indexOf(place.id) >= 0;
  }

  function sideShown(drawn, side) {
    return drawn.layers.indexOf("sides") >= 0 || drawn.touched.sides.indexOf(side) >= 0;
  }

  function add(group, layer) {
    group.addLayer(layer);
    return layer;
  }

  function feature(item) {
    return { type: "Feature", properties: { id: item.id }, geometry: { type: "Point", coordinates: [item.lon, item.lat] } };
  }

  // Lines lie on bands light and dark: an edge in the colour of the page keeps them apart from both.
  function edge(options) {
    return L.extend({}, options, { weight: options.weight + 2.4, opacity: 0.7, dashArray: null, interactive: false, className: "selat-edge" });
  }

  function drawLine(group, line) {
    var options = { color: line.color, weight: 2.2, opacity: line.opacity, dashArray: line.dash || null, lineCap: "butt", className: "selat-line" };
    var drawn = L.polyline(line.latlons, options);
    group.addLayer(L.polyline(line.latlons, edge(options)));
    if (line.title) drawn.bindTooltip(tooltip(line.title, line.note), { sticky: true, className: "selat-tooltip" });
    return drawn;
  }

  // Where all are cut to the same outline they are cut together, which the browser draws faster.
  function drawShapes(map, group, drawn) {
    var clips = drawn.shapes.map(function (shape) { return shape.clip; });
    var together = clips.every(function (clip) { return clip === clips[0]; });
    drawn.shapes.forEach(function (shape) {
      var limit = shape.opacity === 0;
      var options = {
        pane: "selat-shapes", renderer: map.selat.shapesRenderer, interactive: false, smoothFactor: 0.6,
        color: limit ? shape.color : drawn.dark ? "#0F1A22" : "#FFFFFF", weight: limit ? 2 : 1, dashArray: limit ? "5 4" : null,
        fill: !limit, fillColor: shape.color, fillOpacity: shape.opacity, className: limit ? "selat-line" : "",
      };
      (limit ? [edge(options), options] : [options]).forEach(function (style) {
        var made = L.polygon(shape.latlons, style);
        made.on("add", function () {
          cut(made.getElement().parentNode, together && shape.clip);
          cut(made.getElement(), !together && shape.clip);
        });
        group.addLayer(made);
      });
    });
  }

  function cut(drawing, clip) {
    if (clip) drawing.setAttribute("clip-path", "url(#selat-clip-" + clip + ")"); else drawing.removeAttribute("clip-path");
  }

  // Shapes reach a little over the shore and the lines; here they are cut to the sides, whose outline is on the map anyway.
  // Leaflet keeps the outlines' paths up to date wherever they stand, so they are moved into clip paths of the same drawing.
  function outlineSides(map, waters) {
    var renderer = map.selat.shapesRenderer.addTo(map), drawing = renderer._rootGroup.parentNode;
    var whole = clipPath(drawing, "all");
    waters.features.forEach(function (part, index) {
      var side = part.properties.side, outline = L.geoJSON(part, { pane: "selat-shapes", renderer: renderer, interactive: false, smoothFactor: 0 }).addTo(map);
      outline.eachLayer(function (layer) {
        var path = layer.getElement(), use = svg("use");
        path.id = "selat-side-" + index;
        path.setAttribute("clip-rule", "evenodd");
        (document.getElementById("selat-clip-" + side) || clipPath(drawing, side)).appendChild(path);
        use.setAttribute("href", "#" + path.id);
        whole.appendChild(use);
      });
    });
    map.getPane("selat-shapes").classList.add("selat-cut");
  }

  function clipPath(drawing, side) {
    var made = svg("clipPath");
    made.id = "selat-clip-" + side;
    drawing.appendChild(made);
    return made;
  }

  function svg(tag) {
    return document.createElementNS("http://www.w3.org/2000/svg", tag);
  }

  function drawWay(way) {
    var made = L.polyline(way.latlons, { color: way.color, weight: 3, opacity: way.faint ? 0.8 : 0.95, dashArray: way.faint ? "2 6" : null, interactive: false });
    return made;
  }

  function drawWater(at) {
    return L.circleMarker(at, { radius: 6, color: "#16222B", weight: 2, fill: true, fillColor: "#FFFFFF", fillOpacity: 1, interactive: false });
  }

  function drawName(side, drawn) {
    var touched = drawn.touched.sides.indexOf(side.side) >= 0 ? " selat-side-touched" : "";
    var icon = L.divIcon({ className: "selat-side-name" + touched, html: element("span", "", side.name), iconSize: [0, 0] });
    var made = L.marker([side.lat, side.lon], { icon: icon, interactive: false, keyboard: false });
    made.minZoom = side.min_zoom;
    return made;
  }

  function emphasis(id, touched, selected) {
    return (touched.indexOf(id) >= 0 ? " selat-touched" : "") + (id === selected ? " selat-selected" : "");
  }

  function drawPlace(place, drawn) {
    var called = calledFor(drawn, place);
    var body = element("span", "selat-place selat-" + place.symbol + emphasis(place.id, drawn.touched.places, drawn.selected));
    body.appendChild(element("span", "selat-place-symbol"));
    body.appendChild(element("span", "selat-place-name", place.name));
    var icon = L.divIcon({ className: "selat-icon", html: body, iconSize: [24, 24] }); // what a finger needs; the symbol in it is smaller
    var made = L.marker([place.lat, place.lon], { icon: icon, zIndexOffset: called ? 200 : 0 });
    made.feature = feature(place);
    made.minZoom = called ? 0 : place.min_zoom;
    made.nameZoom = called ? 0 : place.name_zoom;
    made.label = place.label;
    made.bindTooltip(tooltip(place.name, place.role), { className: "selat-tooltip", direction: "top", offset: [0, -8] });
    return made;
  }

  function drawPoint(group, point, drawn) {
    var touched = drawn.touched.points, selected = point.id === drawn.selected;
    var aside = touched.length && touched.indexOf(point.id) < 0 && !selected;
    var body = element("span", "selat-point" + emphasis(point.id, touched, drawn.selected) + (aside ? " selat-aside" : "") + (point.hollow ? " selat-hollow" : ""));
    body.appendChild(element("span", "selat-point-disc"));
    body.appendChild(element("span", "selat-point-name", point.name));
    var icon = L.divIcon({ className: "selat-icon", html: body, iconSize: [30, 30] });
    var marker = L.marker([point.lat, point.lon], { icon: icon, zIndexOffset: selected ? 1000 : 500 });
    marker.feature = feature(point);
    marker.label = point.label;
    marker.pressed = selected;
    marker.body = body;
    var leader = L.polyline([], { className: "selat-leader", interactive: false, weight: 1.5 });
    group.addLayer(leader);
    group.addLayer(marker);
    return { marker: marker, leader: leader, at: L.latLng(point.lat, point.lon) };
  }

  function tooltip(title, note) {
    var box = element("div");
    box.appendChild(element("strong", "", title));
    if (note) box.appendChild(element("div", "", note));
    return box;
  }

  // What depends on the zoom: which names show, and how far close symbols are pushed apart.
  function settle(map) {
    var state = map.selat, zoom = map.getZoom();
    state.names.concat(state.places).forEach(function (layer) {
      var made = layer.getElement();
      if (!made) return;
      made.style.display = layer.minZoom !== undefined && zoom < layer.minZoom ? "none" : "";
      if (layer.nameZoom !== undefined) made.classList.toggle("selat-nameless", zoom < layer.nameZoom);
      if (layer.label) name(layer, made);
    });
    state.lines.forEach(function (line) {
      if (line.getElement()) line.getElement().setAttribute("tabindex", "-1"); // their tooltips are for the pointer; the table holds the same
    });
    spread(map, state.points);
    uncover(state.places);
    state.points.forEach(function (point) {
      var made = point.marker.getElement();
      if (!made) return;
      name(point.marker, made);
      made.setAttribute("aria-pressed", String(Boolean(point.marker.pressed)));
    });
    refocus(state);
  }

  // Names that would lie on another name or symbol are left out until a closer zoom; symbols always stay.
  function uncover(places) {
    var taken = [];
    places.forEach(function (place) {
      var made = place.getElement(), text = made && made.querySelector(".selat-place-name");
      if (!text || made.style.display === "none") return;
      made.classList.remove("selat-covered");
      if (made.classList.contains("selat-nameless")) return;
      var box = text.getBoundingClientRect();
      var free = taken.every(function (other) {
        return box.right < other.left || box.left > other.right || box.bottom < other.top || box.top > other.bottom;
      });
      if (free) taken.push(box); else made.classList.add("selat-covered");
    });
  }

  // What Leaflet leaves out for symbols made of elements: a name, and the Enter key.
  function name(marker, made) {
    made.setAttribute("aria-label", marker.label);
    made.setAttribute("role", "button");
    made.dataset.selatId = marker.feature.properties.id;
    made.onkeydown = function (event) {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      marker.fire("click", { latlng: marker.getLatLng() }, true);
    };
  }

  // A choice by keyboard draws the symbols anew: give the focus back to the same one.
  function refocus(state) {
    if (!state.focused || document.activeElement !== document.body || !document.hasFocus()) return;
    state.points.map(function (point) { return point.marker; }).concat(state.places).forEach(function (marker) {
      var made = marker.getElement();
      if (made && made.dataset.selatId === state.focused) made.focus({ preventScroll: true });
    });
  }

  // Push symbols apart until none is nearer than MIN_GAP_PX; a fine line leads back to the true position.
  function spread(map, points) {
    var spots = points.map(function (point) { return map.latLngToLayerPoint(point.at); });
    for (var round = 0; round < 40; round++) {
      var moved = false;
      for (var i = 0; i < spots.length; i++) {
        for (var j = i + 1; j < spots.length; j++) {
          var apart = spots[j].subtract(spots[i]), gap = Math.hypot(apart.x, apart.y);
          if (gap >= MIN_GAP_PX - 0.5) continue;
          // Names stand to the right of symbols, so push up and down rather than aside.
          var way = gap > 0.01 ? L.point(apart.x * 0.35, apart.y) : L.point(0, 1);
          var length = Math.hypot(way.x, way.y) || 1;
          var push = way.multiplyBy((MIN_GAP_PX - gap) / 2 / length);
          spots[i] = spots[i].subtract(push);
          spots[j] = spots[j].add(push);
          moved = true;
        }
      }
      if (!moved) break;
    }
    points.forEach(function (point, index) {
      var shown = map.layerPointToLatLng(spots[index]);
      point.marker.setLatLng(shown);
      var far = spots[index].distanceTo(map.latLngToLayerPoint(point.at)) > 6;
      point.leader.setLatLngs(far ? [point.at, shown] : []);
      var right = map.layerPointToContainerPoint(spots[index]).x > map.getSize().x - 96;
      point.marker.body.classList.toggle("selat-name-left", right);
    });
  }

  // Tiles come from another host: our own land stays until the first one has arrived, and a failure is said once.
  function background(map, drawn) {
    var state = map.selat;
    if (drawn.tiles && !state.tiles) {
      state.tiles = L.tileLayer(drawn.tiles.url, { maxZoom: 19 }).addTo(map);
      state.tiles.once("tileload", function () { state.tiled = true; restyle(map); });
      state.tiles.once("tileerror", function () { failed(map)(drawn.labels.no_tiles); });
    }
    if (!drawn.tiles && state.tiles) {
      if (state.failure) state.failure.remove();
      state.tiles.remove();
      state.tiles = null;
      state.tiled = false;
    }
    if (state.attribution === drawn.attribution_html) return;
    if (state.attribution) map.attributionControl.removeAttribution(state.attribution);
    state.attribution = drawn.attribution_html;
    map.attributionControl.addAttribution(state.attribution);
  }

  function restyle(map) {
    var state = map.selat, drawn = state.scene, answered = drawn && drawn.shapes.length > 0;
    if (!drawn || !changed(map, "colours", [drawn.palette, drawn.sides, drawn.touched, drawn.layers, drawn.tint, drawn.rest, answered,
      Boolean(state.land), Boolean(state.waters), Boolean(state.tiled)])) return;
    map.getContainer().style.background = drawn.palette.sea;
    if (state.land) {
      state.land.setStyle(state.tiled
        ? { stroke: false, fill: false }
        : { stroke: true, color: drawn.palette.coast, weight: 0.7, fill: true, fillColor: drawn.palette.land, fillOpacity: 1 });
    }
    if (state.tiled) state.sheet.remove(); else state.sheet.addTo(map);
    state.sheet.setStyle({ color: drawn.palette.coast, fillColor: drawn.palette.margin, fillOpacity: 1 });
    if (!state.waters) return;
    state.waters.addTo(map);
    var sides = {};
    drawn.sides.forEach(function (side) { sides[side.side] = { color: side.color, opacity: tint(drawn, side.side) }; });
    outlineTouched(map, drawn);
    state.waters.setStyle(function (part) {
      if (answered) return { stroke: false, fillColor: drawn.rest.color, fillOpacity: drawn.rest.opacity };
      var side = sides[part.properties.side] || { color: "#7A8288", opacity: 0 };
      return { stroke: false, fillColor: side.color, fillOpacity: side.opacity };
    });
  }

  // Under shapes a tint would pass for one of their colours: there the sides that an agreement touches get an outline.
  function outlineTouched(map, drawn) {
    var state = map.selat;
    if (state.touched_sides) state.touched_sides.remove();
    if (!drawn.shapes.length || !drawn.touched.sides.length) return;
    var sides = state.outline.features.filter(function (side) { return drawn.touched.sides.indexOf(side.properties.side) >= 0; });
    state.touched_sides = L.polyline(rims(sides), {
      pane: "selat-touched", renderer: L.svg({ pane: "selat-touched", padding: 0.4 }), interactive: false,
      color: "#B3123F", weight: 2, className: "selat-touched-side",
    }).addTo(map);
  }

  // The lines round each side. An edge between two parts of one side is a seam of ours and no boundary: it is left out.
  function rims(sides) {
    var rings = [], times = {}, lines = [];
    sides.forEach(function (side) {
      side.geometry.coordinates.forEach(function (polygon) {
        polygon.forEach(function (ring) { rings.push({ side: side.properties.side, lonlats: ring }); });
      });
    });
    function edgeName(ring, index) {
      return ring.side + [ring.lonlats[index - 1].join(), ring.lonlats[index].join()].sort().join(";");
    }
    rings.forEach(function (ring) {
      for (var index = 1; index < ring.lonlats.length; index++) times[edgeName(ring, index)] = (times[edgeName(ring, index)] || 0) + 1;
    });
    rings.forEach(function (ring) {
      var latlons = ring.lonlats.map(function (at) { return [at[1], at[0]]; }), line = null;
      for (var index = 1; index < latlons.length; index++) {
        if (times[edgeName(ring, index)] > 1) { line = null; continue; }
        if (!line) lines.push((line = [latlons[index - 1]]));
        line.push(latlons[index]);
      }
    });
    return lines;
  }

  function tint(drawn, side) {
    if (drawn.touched.sides.indexOf(side) >= 0) return 0.42;
    if (drawn.layers.indexOf("sides") < 0) return 0;
    return drawn.touched.sides.length ? 0.07 : drawn.tint;
  }

  function legend(map, drawn) {
    var box = map.selat.legend, content = drawn.legend;
    if (!changed(map, "legend", [content, drawn.layers, drawn.shapes.length > 0])) return;
    box.textContent = "";
    box.appendChild(element("summary", "", content.title));
    var list = element("ul");
    content.rows.filter(switchedOn(drawn)).filter(function (row) { return row.layer !== "sides" || !drawn.shapes.length; }).forEach(function (row) {
      if (row.symbol === "scale") { list.appendChild(scaleRow(row)); return; }
      var item = element("li");
      var swatch = element("span", "selat-swatch selat-swatch-" + row.symbol + (row.layer ? "" : " selat-swatch-answer"));
      if (row.color) swatch.style.setProperty("--swatch", row.color);
      item.appendChild(swatch);
      item.appendChild(element("span", "", row.text));
      list.appendChild(item);
    });
    box.appendChild(list);
    if (content.note) box.appendChild(element("p", "", content.note));
  }

  function scaleRow(row) {
    var item = element("li", "selat-hours");
    item.appendChild(element("span", "", row.text));
    var bar = element("span", "selat-hours-bar");
    row.colors.forEach(function (color, index) {
      var step = element("span", "", row.edges[index]);
      step.style.setProperty("--swatch", color);
      bar.appendChild(step);
    });
    bar.appendChild(element("span", "selat-hours-end", row.edges[row.edges.length - 1]));
    item.appendChild(bar);
    return item;
  }

  function zoomLabels(map, labels) {
    var names = [["leaflet-control-zoom-in", labels.zoom_in], ["leaflet-control-zoom-out", labels.zoom_out], ["selat-whole", labels.whole]];
    names.forEach(function (pair) {
      var button = map.getContainer().querySelector("." + pair[0]);
      if (button) { button.title = pair[1]; button.setAttribute("aria-label", pair[1]); }
    });
  }

  window.selat = { base: base, scene: scene, degreesMinutes: degreesMinutes };
})();
