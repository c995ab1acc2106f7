/*
 * The map's controls: buttons, scale, position under the pointer, messages; and the legend under the map.
 * Every text is set as text, never as markup.
 */
const selatControls = (() => {
  "use strict";

  const NARROW_PX = 560; // on a narrower map the bar holds the hours alone
  const SCALE_PX = 110;
  const SCALE_UNITS = [
    { name: "km", metres: 1000 },
    { name: "nmi", metres: 1852 },
  ];

  /**
   * Create an element with a class and a text.
   * @template {keyof HTMLElementTagNameMap} Tag
   * @param {Tag} tag
   * @param {string} [className]
   * @param {string} [text]
   * @returns {HTMLElementTagNameMap[Tag]}
   */
  function createElement(tag, className = "", text = "") {
    const element = document.createElement(tag);
    if (className) element.className = className;
    element.textContent = text;
    return element;
  }

  /**
   * Put an element into a corner of the map.
   * @param {L.Map} map
   * @param {L.ControlPosition} position
   * @param {HTMLElement} element
   */
  function addControl(map, position, element) {
    const control = new L.Control({ position });
    control.onAdd = () => element;
    return control.addTo(map);
  }

  /**
   * Let the wheel scroll the page around the map until the map has the focus or was clicked; with Ctrl it always zooms.
   * @param {L.Map} map
   */
  function tameWheel(map) {
    const container = map.getContainer();
    const zoom = map.scrollWheelZoom;
    zoom.disable();
    for (const kind of ["mousedown", "focusin"]) container.addEventListener(kind, () => zoom.enable(), true);
    container.addEventListener("mouseleave", () => zoom.disable());
    container.addEventListener(
      "wheel",
      (event) => {
        if (!event.ctrlKey && !event.metaKey) return;
        event.preventDefault(); // or the browser zooms the page
        zoom.enable();
      },
      { capture: true, passive: false },
    );
  }

  /**
   * Add a third button under the zoom: it shows the whole strait again.
   * @param {L.Map} map
   * @param {() => void} showWhole
   */
  function addWholeButton(map, showWhole) {
    const button = createElement("a", "selat-whole", "⤢");
    button.href = "#";
    button.setAttribute("role", "button");
    L.DomEvent.on(button, "click", (event) => {
      L.DomEvent.stop(event);
      showWhole();
    });
    map.zoomControl.getContainer()?.appendChild(button);
  }

  /**
   * Name the buttons in the language of the page.
   * @param {L.Map} map
   * @param {Selat.Labels} labels
   */
  function labelButtons(map, labels) {
    const names = {
      "leaflet-control-zoom-in": labels.zoom_in,
      "leaflet-control-zoom-out": labels.zoom_out,
      "selat-whole": labels.whole,
    };
    for (const [className, name] of Object.entries(names)) {
      const button = /** @type {HTMLElement | null} */ (map.getContainer().querySelector(`.${className}`));
      if (!button) continue;
      button.title = name;
      button.setAttribute("aria-label", name);
    }
  }

  /**
   * Add a scale in kilometres and nautical miles, true along the middle of the map.
   * @param {L.Map} map
   * @param {() => Selat.Labels | undefined} labels
   */
  function addScale(map, labels) {
    const box = createElement("div", "selat-scale");
    const bars = SCALE_UNITS.map((unit) => ({ ...unit, bar: box.appendChild(createElement("div", "selat-scale-bar")) }));
    const update = () => {
      const middle = map.getSize().y / 2;
      const metres = map.distance(map.containerPointToLatLng([0, middle]), map.containerPointToLatLng([SCALE_PX, middle]));
      for (const unit of bars) {
        const length = roundDown(metres / unit.metres);
        unit.bar.style.width = `${Math.round((SCALE_PX * length * unit.metres) / metres)}px`;
        unit.bar.textContent = `${String(length).replace(".", labels()?.decimal ?? ".")} ${unit.name}`;
      }
    };
    map.on("zoomend moveend resize", update);
    map.whenReady(update);
    addControl(map, "bottomleft", box);
  }

  /**
   * Return the largest of 1, 2 and 5 times a power of ten that is not above a value.
   * @param {number} value
   */
  function roundDown(value) {
    const power = 10 ** Math.floor(Math.log10(value));
    const lead = value / power;
    if (lead >= 5) return 5 * power;
    return lead >= 2 ? 2 * power : power;
  }

  /**
   * Add the box that shows the position under the pointer, in degrees and minutes.
   * @param {L.Map} map
   * @param {() => Selat.Labels | undefined} labels
   */
  function addPosition(map, labels) {
    const box = createElement("div", "selat-position");
    box.setAttribute("aria-hidden", "true"); // for the mouse; the tables hold the positions
    addControl(map, "bottomleft", box);
    const show = (/** @type {L.LeafletMouseEvent} */ { latlng }) => {
      const words = labels();
      if (!words) return;
      const lat = formatDegrees(latlng.lat, words.lat, words.decimal);
      box.textContent = `${lat}  ${formatDegrees(latlng.lng, words.lon, words.decimal)}`;
    };
    map.on("mousemove", show);
    map.on("click", show);
    map.on("mouseout", () => {
      box.textContent = "";
    });
    return box;
  }

  /**
   * Write an angle in degrees and minutes to a tenth.
   * @param {number} degrees
   * @param {[positive: string, negative: string]} hemispheres
   * @param {string} decimal
   */
  function formatDegrees(degrees, hemispheres, decimal) {
    const tenths = Math.round(Math.abs(degrees) * 600);
    const minutes = ((tenths % 600) / 10).toFixed(1).padStart(4, "0").replace(".", decimal);
    return `${Math.floor(tenths / 600)}°${minutes}′ ${hemispheres[degrees < 0 ? 1 : 0]}`;
  }

  /**
   * Show an error on the map, not only in the console; a later one replaces it.
   * @param {L.Map} map
   * @param {unknown} error
   */
  function showFailure(map, error) {
    const box = createElement("div", "selat-failed", error instanceof Error ? error.message : String(error));
    box.setAttribute("role", "alert");
    map.selat.failure?.remove();
    map.selat.failure = addControl(map, "bottomright", box);
  }

  // --- legend ---------------------------------------------------------------------------------------------------------

  /**
   * Add the legend under the map, without content yet: a bar of what the answer draws, and what else is drawn, folded.
   * It lies outside the map, so it covers nothing; unfolded, it makes the map lower.
   * @param {L.Map} map
   */
  function addLegend(map) {
    const legend = createElement("div", "selat-legend");
    const key = createElement("details", "selat-map-key");
    legend.append(createElement("ul", "selat-bar"), key);
    map.getContainer().after(legend);
    return key;
  }

  /**
   * Fill the legend with the rows given.
   * @param {HTMLDetailsElement} key
   * @param {Selat.Legend} legend
   */
  function fillLegend(key, legend) {
    const bar = createElement("ul", "selat-bar");
    const list = createElement("ul");
    const isScaleOnly = (key.parentElement?.clientWidth ?? 0) < NARROW_PX && legend.rows.some((row) => row.symbol === "scale");
    for (const row of legend.rows) {
      if (row.symbol === "scale") bar.append(createScaleRow(row));
      else (row.layer || row.symbol === "point" || isScaleOnly ? list : bar).append(createSymbolRow(row));
    }
    key.previousElementSibling?.replaceWith(bar);
    key.replaceChildren(createElement("summary", "", legend.title), list);
    if (legend.note) key.append(createElement("p", "", legend.note));
  }

  /** @param {Selat.LegendSymbol} row */
  function createSymbolRow(row) {
    const item = createElement("li");
    const swatch = createElement("span", `selat-swatch selat-swatch-${row.symbol}${row.layer ? "" : " selat-swatch-answer"}`);
    if (row.color) swatch.style.setProperty("--swatch", row.color);
    item.append(swatch, createElement("span", "", row.text));
    return item;
  }

  /** @param {Selat.LegendScale} row */
  function createScaleRow(row) {
    const item = createElement("li", "selat-hours");
    const bar = createElement("span", "selat-hours-bar");
    row.colors.forEach((color, index) => {
      const step = createElement("span", "", row.edges[index]);
      step.style.setProperty("--swatch", color);
      bar.append(step);
    });
    bar.append(createElement("span", "selat-hours-end", row.edges[row.edges.length - 1]));
    item.append(createElement("span", "", row.text), bar);
    return item;
  }

  return { addLegend, addPosition, addScale, addWholeButton, createElement, fillLegend, labelButtons, showFailure, tameWheel };
})();
