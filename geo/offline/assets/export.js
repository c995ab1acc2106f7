/* The exported file's own life: language, layers, points that open to their facts, agreements found and shown on the map.
 * The data stands in the page as JSON (`#selat-state`); without this script every fact can still be read below the map,
 * in the language that the file opens with. The hours are in hours.js, the years in years.js, where the file has them.
 */
window.selatPacked.settled(function () {
  "use strict";

  var state = JSON.parse(document.getElementById("selat-state").textContent);
  var opened = window.selatMap.selat.scene; // what the map was drawn with
  var scenes = Object.assign({}, state.scenes); // the same in each language
  var nothing = { points: [], places: [], sides: [] };
  var view = { lang: document.documentElement.lang, layers: opened.layers, selected: opened.selected, agreement: state.agreement };
  scenes[view.lang] = opened;

  function each(selector, act) {
    document.querySelectorAll(selector).forEach(act);
  }

  // Everything on the map follows from `view`, the hour and the year.
  function redraw() {
    var drawn = Object.assign({}, scenes[view.lang], {
      layers: view.layers,
      selected: view.selected,
      touched: (view.agreement && state.touched[view.agreement]) || nothing,
      shapes: opened.shapes,
    });
    if (window.selatHours) window.selatHours.show(drawn, view.lang);
    if (window.selatYears) window.selatYears.show(drawn, view.lang);
    window.selatGroup.clearLayers();
    window.selat.scene(window.selatMap, window.selatGroup, drawn);
  }

  // --- language -----------------------------------------------------------------------------------------------------------

  function speak(lang) {
    view.lang = lang;
    document.documentElement.lang = lang;
    document.title = state.titles[lang];
    each("[data-lang]", function (said) { said.hidden = said.dataset.lang !== lang; });
    each("[data-language]", function (button) { button.setAttribute("aria-pressed", String(button.dataset.language === lang)); });
    each("option[data-" + lang + "]", function (option) { option.textContent = option.dataset[lang]; });
    find();
    redraw();
    window.selatMap.fire("moveend"); // the scale writes its decimals anew
  }

  each("[data-language]", function (button) {
    button.addEventListener("click", function () { speak(button.dataset.language); });
  });

  // --- map and facts --------------------------------------------------------------------------------------------------------

  function show(id) {
    view.selected = id;
    each("[data-feature]", function (section) { section.hidden = section.dataset.feature !== id; });
    each("[data-choose]", function (button) { button.setAttribute("aria-pressed", String(button.dataset.choose === id)); });
    document.getElementById("selat-hint").hidden = Boolean(id);
    redraw();
  }

  // On a phone the choice of layers is folded away, so that the map lies under the slider.
  var narrow = window.matchMedia("(max-width: 760px)");
  function fold() {
    document.querySelector(".selat-choices").open = !narrow.matches;
  }
  narrow.addEventListener("change", fold);
  fold();

  each("[data-layer]", function (box) {
    box.addEventListener("change", function () {
      view.layers = Array.from(document.querySelectorAll("[data-layer]:checked"), function (on) { return on.dataset.layer; });
      redraw();
    });
  });
  each("[data-choose]", function (button) {
    button.addEventListener("click", function () { show(view.selected === button.dataset.choose ? null : button.dataset.choose); });
  });
  window.selatMap.selat.marks.on("click", function (event) {
    var clicked = event.layer || event.propagatedFrom;
    if (clicked && clicked.feature) show(clicked.feature.properties.id);
  });
  document.addEventListener("selat-hour", redraw);
  document.addEventListener("selat-year", function () {
    find();
    redraw();
  });

  // --- agreements -----------------------------------------------------------------------------------------------------------

  each("details[data-agreement]", function (card) {
    card.addEventListener("toggle", function () {
      if (card.open) {
        each("details[data-agreement][open]", function (other) { if (other !== card) other.open = false; });
        view.agreement = card.dataset.agreement;
      } else if (view.agreement === card.dataset.agreement) {
        view.agreement = null;
      } else {
        return find(); // closed because another one opened
      }
      find();
      redraw();
    });
  });
  function open(id) {
    var card = document.getElementById("agreement-" + id);
    card.open = true;
    clear();
    return card;
  }
  each("a[data-open]", function (link) {
    link.addEventListener("click", function () { open(link.dataset.open); }); // the link itself goes there
  });
  document.addEventListener("selat-agreement", function (event) {
    var card = open(event.detail);
    card.querySelector("summary").focus({ preventScroll: true });
    card.scrollIntoView({ block: "nearest" });
  });

  var search = document.getElementById("selat-search"), party = document.getElementById("selat-party");

  // Every word must be somewhere in the card as it reads in this language, in its theme, or in its id; in a chosen year it
  // stood, or no source tells. One that is open stays, whatever the year, for as long as it is read.
  function find() {
    var words = search.value.toLocaleLowerCase(view.lang).split(/\s+/).filter(Boolean), found = 0;
    var told = { standing: 0, unknown: 0, others: 0 };
    each(".selat-theme", function (theme) {
      var kept = 0;
      theme.querySelectorAll("details[data-agreement]").forEach(function (card) {
        var said = saidIn(card) + " " + saidIn(theme.querySelector("h3")) + " " + card.dataset.agreement;
        var fits = words.every(function (word) { return said.indexOf(word) >= 0; });
        if (party.value) fits = fits && card.dataset.parties.split(" ").indexOf(party.value) >= 0;
        var group = fits && window.selatYears ? window.selatYears.groupOf(card.dataset.agreement) : null;
        if (group) told[group] += 1;
        fits = fits && (group !== "others" || card.open);
        card.hidden = !fits;
        if (fits) kept += 1;
      });
      theme.hidden = !kept;
      found += kept;
    });
    document.getElementById("selat-nothing").hidden = found > 0;
    var listed = document.getElementById("selat-listed"), said = window.selatYears ? window.selatYears.listed(told, view.lang) : "";
    if (listed.textContent !== said) listed.textContent = said;
    listed.hidden = !said;
  }

  function saidIn(element) {
    var said = Array.from(element.querySelectorAll('[data-lang="' + view.lang + '"], .selat-year'), function (part) { return part.textContent; });
    return said.join(" ").toLocaleLowerCase(view.lang);
  }

  function clear() {
    search.value = "";
    party.value = "";
    find();
  }

  search.addEventListener("input", find);
  party.addEventListener("change", find);

  // --- print ------------------------------------------------------------------------------------------------------------------

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

  document.documentElement.classList.add("selat-live");
  find();
  show(view.selected);
});
