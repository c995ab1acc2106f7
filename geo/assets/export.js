/* The exported file's own life: layer switches, points that open to their facts, agreements shown on the map.
 * The data stands in the page as JSON (`#selat-state`); without this script every fact can still be read below the map. */
(function () {
  "use strict";

  var state = JSON.parse(document.getElementById("selat-state").textContent);
  var drawn = window.selatMap.selat.scene; // what the map was drawn with; changed in place and drawn again
  var nothing = { points: [], places: [], sides: [] };

  function redraw() {
    window.selatGroup.clearLayers();
    window.selat.scene(window.selatMap, window.selatGroup, drawn);
  }

  function show(id) {
    drawn.selected = id;
    document.querySelectorAll("[data-feature]").forEach(function (section) {
      section.hidden = section.dataset.feature !== id;
    });
    document.querySelectorAll("[data-choose]").forEach(function (button) {
      button.setAttribute("aria-pressed", String(button.dataset.choose === id));
    });
    document.getElementById("selat-hint").hidden = Boolean(id);
    redraw();
  }

  document.documentElement.classList.add("selat-live");
  document.querySelectorAll("[data-layer]").forEach(function (box) {
    box.addEventListener("change", function () {
      drawn.layers = Array.from(document.querySelectorAll("[data-layer]:checked"), function (on) { return on.dataset.layer; });
      redraw();
    });
  });
  document.querySelectorAll("[data-choose]").forEach(function (button) {
    button.addEventListener("click", function () { show(drawn.selected === button.dataset.choose ? null : button.dataset.choose); });
  });
  document.querySelectorAll("details[data-agreement]").forEach(function (card) {
    card.addEventListener("toggle", function () {
      if (card.open) {
        document.querySelectorAll("details[data-agreement][open]").forEach(function (other) { if (other !== card) other.open = false; });
        state.agreement = card.dataset.agreement;
      } else if (state.agreement === card.dataset.agreement) {
        state.agreement = null;
      } else {
        return; // closed because another one opened
      }
      drawn.touched = (state.agreement && state.touched[state.agreement]) || nothing;
      redraw();
    });
  });
  document.querySelectorAll("a[data-open]").forEach(function (link) {
    link.addEventListener("click", function () {
      document.getElementById("agreement-" + link.dataset.open).open = true; // the link itself goes there
    });
  });
  window.selatGroup.on("click", function (event) {
    var clicked = event.layer || event.propagatedFrom;
    if (clicked && clicked.feature) show(clicked.feature.properties.id);
  });
  // The map is fitted to the sheet for printing, and goes back to the reader's view afterwards.
  var before = null;
  function printing(on) {
    var map = window.selatMap;
    if (on) before = { center: map.getCenter(), zoom: map.getZoom() };
    document.documentElement.classList.toggle("selat-printing", on);
    if (on) map.selat.legend.open = true;
    map.invalidateSize({ animate: false });
    if (on) map.selat.fit(); else map.setView(before.center, before.zoom, { animate: false });
  }
  window.addEventListener("beforeprint", function () { printing(true); });
  window.addEventListener("afterprint", function () { printing(false); });
  show(drawn.selected);
})();
