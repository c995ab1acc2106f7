/* The hours of the exported file: a slider, a choice of what is shown, and what follows them.
 *
 * Nothing is computed here. For each hour numbers, tables and words stand ready in `#selat-hours` (see geo/living.py), and of
 * the shapes one outline: of what one, and of what two or more reach by then. Bands and gap are outlines less each other,
 * which the even-odd rule gives when both are drawn as one path.
 * `window.selatHours.show(drawn, lang)` puts the hour's shapes and legend into a scene; the event "selat-hour" says that
 * another hour or layer was chosen.
 */
window.selatPacked.ready(function () {
  "use strict";

  var SAID_AFTER_MS = 700; // a screen reader hears where the slider rests, not each step
  var ready = JSON.parse(document.getElementById("selat-hours").textContent);
  var slider = document.getElementById("selat-hour");
  var chosen = { hour: ready.opening, layer: ready.layer, lang: document.documentElement.lang };

  // --- shapes ---------------------------------------------------------------------------------------------------------

  // A ring is steps from corner to corner in thousandths of a degree, latitude first; see `_steps` in geo/living.py.
  function latlons(steps) {
    var lat = 0, lon = 0, ring = [];
    for (var i = 0; i < steps.length; i += 2) {
      lat += steps[i];
      lon += steps[i + 1];
      ring.push([lat / 1000, lon / 1000]);
    }
    return ring;
  }

  // What is reached by an hour in a part of the strait; after the last change it stays as it is.
  function outline(part, what, hour) {
    return hour < 0 ? [] : part[what][Math.min(hour, part[what].length - 1)];
  }

  function shape(part, color, rings, opacity) {
    return { latlons: [rings.map(latlons)], color: color, opacity: opacity, clip: part.clip };
  }

  function less(part, color, more, fewer) {
    return shape(part, color, more.concat(fewer), ready.opacity);
  }

  function bands(part) {
    var made = [], from = -1;
    ready.bands.forEach(function (band) {
      if (from >= chosen.hour) return;
      made.push(less(part, band.color, outline(part, "first", Math.min(band.to, chosen.hour)), outline(part, "first", from)));
      from = band.to;
    });
    made.push(shape(part, ready.colors.limit, outline(part, "first", chosen.hour), 0));
    return made;
  }

  function backup(part) {
    var two = outline(part, "second", chosen.hour);
    return [less(part, ready.colors.reached, outline(part, "first", chosen.hour), two), less(part, ready.colors.backup, two, [])];
  }

  function gap(part) {
    return [less(part, ready.colors.gap, part.whole, outline(part, "first", chosen.hour))];
  }

  function shapes() {
    var byHour = { bands: bands, backup: backup, gap: gap }[chosen.layer];
    return byHour ? [].concat.apply([], ready.parts.map(byHour)) : ready.fixed[chosen.layer] || [];
  }

  // --- words ----------------------------------------------------------------------------------------------------------

  function words() {
    return ready.words[chosen.lang];
  }

  function hourSaid() {
    return words().hours[chosen.hour] + " " + words().unit;
  }

  function legendRows() {
    return words().legends[chosen.layer].map(function (row) {
      return Object.assign({}, row, { text: row.text.replace("{hours}", words().hours[chosen.hour]) });
    });
  }

  function part(what, lang) {
    return document.querySelector('[data-hourly="' + what + '"][data-lang="' + lang + '"]');
  }

  // The pieces of text of an element in their order: those that change from hour to hour are set anew.
  function fill(what, lang) {
    var said = ready.words[lang][what], walker = document.createTreeWalker(part(what, lang), NodeFilter.SHOW_TEXT), texts = [];
    while (walker.nextNode()) texts.push(walker.currentNode);
    said.at.forEach(function (at, index) { texts[at].nodeValue = said.rows[chosen.hour][index]; });
  }

  function markCurve(lang) {
    var picture = part("curve", lang).querySelector("svg"), marker = picture.querySelector(".selat-curve-hour");
    var said = ready.words[lang].curve[chosen.hour];
    marker.setAttribute("x1", ready.curve_x[chosen.hour]);
    marker.setAttribute("x2", ready.curve_x[chosen.hour]);
    picture.setAttribute("aria-label", said);
    picture.querySelector("title").textContent = said;
  }

  var saying;
  function sayNumbers() {
    clearTimeout(saying);
    saying = setTimeout(function () {
      var numbers = Array.from(part("numbers", chosen.lang).querySelectorAll("dl > div"), function (number) {
        return number.querySelector("dt").textContent + ": " + number.querySelector("strong").textContent;
      });
      document.getElementById("selat-said").textContent = numbers.join(". ");
    }, SAID_AFTER_MS);
  }

  function label() {
    document.getElementById("selat-hour-said").textContent = hourSaid();
    slider.value = chosen.hour;
    slider.setAttribute("aria-valuetext", hourSaid());
    slider.style.setProperty("--done", (chosen.hour / slider.max) * 100 + "%");
    document.querySelectorAll("[data-step]").forEach(function (button) {
      // Not `disabled`: that would take the focus away from whoever pressed it.
      button.setAttribute("aria-disabled", String(chosen.hour + Number(button.dataset.step) < 0 || chosen.hour + Number(button.dataset.step) > Number(slider.max)));
    });
  }

  // --- what the reader does ---------------------------------------------------------------------------------------------

  var asked = 0;
  function changed() {
    if (asked) return;
    asked = requestAnimationFrame(function () { // a drag asks more often than a screen can show
      asked = 0;
      Object.keys(ready.words).forEach(function (lang) {
        fill("numbers", lang);
        fill("tables", lang);
        markCurve(lang);
      });
      document.dispatchEvent(new CustomEvent("selat-hour"));
    });
  }

  function choose(hour) {
    chosen.hour = Math.max(0, Math.min(ready.hours.length - 1, hour));
    label();
    sayNumbers();
    changed();
  }

  slider.addEventListener("input", function () { choose(Number(slider.value)); });
  document.querySelectorAll("[data-step]").forEach(function (button) {
    button.addEventListener("click", function () { choose(chosen.hour + Number(button.dataset.step)); });
  });
  document.querySelectorAll("[name=shown]").forEach(function (radio) {
    radio.addEventListener("change", function () {
      chosen.layer = radio.value;
      changed();
    });
  });
  document.querySelectorAll('[data-hourly="numbers"] [aria-live]').forEach(function (numbers) {
    numbers.removeAttribute("aria-live"); // `#selat-said` tells them, once the slider rests
  });
  label();

  window.selatHours = {
    show: function (drawn, lang) {
      chosen.lang = lang;
      label();
      drawn.shapes = shapes();
      drawn.legend = Object.assign({}, drawn.legend, { rows: legendRows() });
    },
  };
});
