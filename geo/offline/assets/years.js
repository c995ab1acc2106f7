/* The years of the exported file: a choice of the year, a timeline to click, the scheme as of the year, yearly counts.
 *
 * Nothing is computed here. Cards, pictures and tables stand ready in `#selat-years-ready` (see geo/living_years.py), cut into
 * pieces that are kept once; every text in them is encoded. `window.selatYears` tells export.js what the year does to the map
 * and to the list of agreements; the event "selat-year" says that another year was chosen, "selat-agreement" that an
 * agreement was clicked in a picture.
 */
window.selatPacked.ready(function () {
  "use strict";

  var ready = JSON.parse(document.getElementById("selat-years-ready").textContent);
  var choice = document.getElementById("selat-year");
  var chosen = { year: ready.opening, lang: document.documentElement.lang };
  var GROUPS = { s: "standing", u: "unknown", "-": "others" };
  var placed = {}; // what stands in the page already, by language

  function each(selector, act) {
    document.querySelectorAll(selector).forEach(act);
  }

  // --- what is shown --------------------------------------------------------------------------------------------------

  function html(numbers) {
    return numbers.map(function (number) {
      return ready.pieces[number].map(function (token) { return "<" + ready.tokens[token]; }).join("");
    }).join("");
  }

  function put(what, numbers) {
    each('[data-yearly="' + what + '"][data-lang="' + chosen.lang + '"]', function (box) { box.innerHTML = html(numbers); });
  }

  // Pictures and tables are the same in every year, but for the column that is set off.
  function place() {
    var pages = ready.pages[chosen.lang];
    if (placed[chosen.lang]) return;
    placed[chosen.lang] = true;
    put("wide", pages.wide);
    put("narrow", pages.narrow);
    put("counts", pages.counts);
    if (pages.tables.length) put("tables", pages.tables);
  }

  function mark() {
    each("[data-yearly] svg :is(.year, .tick)", function (shape) {
      shape.classList.toggle("chosen", Number(shape.dataset.year) === chosen.year);
    });
  }

  function words() {
    return ready.words[chosen.lang];
  }

  function filled(sentence, numbers) {
    return sentence.replace(/\{(\w+)\}/g, function (_, name) { return numbers[name]; });
  }

  function isBefore() {
    return ready.before.indexOf(chosen.year) >= 0;
  }

  function say() {
    var note = document.getElementById("selat-year-note");
    var said = chosen.year === null ? "" : filled(words()[isBefore() ? "before" : "as-of"], chosen);
    if (note.textContent !== said) note.textContent = said; // a screen reader hears what changes
    note.hidden = chosen.year === null;
    document.getElementById("selat-year-said").textContent = chosen.year || words().today;
    choice.value = chosen.year === null ? "" : chosen.year;
    each("[data-year-step]", function (button) {
      var to = stepped(Number(button.dataset.yearStep));
      // Not `disabled`: that would take the focus away from whoever pressed it.
      button.setAttribute("aria-disabled", String(to < ready.first || to > ready.last + 1));
    });
  }

  // Today's card is that of the last year: of the day of the data.
  function draw() {
    place();
    put("card", ready.pages[chosen.lang].cards[(chosen.year || ready.last) - ready.first]);
    mark();
    say();
  }

  // --- what the reader does ---------------------------------------------------------------------------------------------

  // Today comes after the last year.
  function stepped(by) {
    return (chosen.year || ready.last + 1) + by;
  }

  function choose(year) {
    chosen.year = year >= ready.first && year <= ready.last ? year : null;
    document.dispatchEvent(new CustomEvent("selat-year"));
  }

  choice.addEventListener("change", function () { choose(Number(choice.value)); });
  each("[data-year-step]", function (button) {
    button.addEventListener("click", function () {
      if (button.getAttribute("aria-disabled") !== "true") choose(stepped(Number(button.dataset.yearStep)));
    });
  });

  // A click on a year sets it, the same one again is today; on an agreement, opens it as of the year of the event.
  each('[data-yearly="wide"], [data-yearly="narrow"], [data-yearly="counts"]', function (picture) {
    picture.addEventListener("click", function (event) {
      var at = event.target.closest("[data-year]"), of = event.target.closest("[data-agreement]");
      var year = at ? Number(at.dataset.year) : 0;
      if (year >= ready.first && year <= ready.last) choose(year === chosen.year && !of ? null : year);
      if (of) document.dispatchEvent(new CustomEvent("selat-agreement", { detail: of.dataset.agreement }));
    });
  });

  window.selatYears = {
    // Puts the year into a scene: before the scheme began there were no control points, and they are drawn hollow.
    show: function (drawn, lang) {
      chosen.lang = lang;
      draw();
      drawn.points = drawn.points.map(function (point) {
        return Object.assign({}, point, { hollow: isBefore() || ready.hollow[point.id] });
      });
    },
    // Where an agreement stood in the chosen year; nothing for today.
    groupOf: function (id) {
      return chosen.year === null ? null : GROUPS[ready.groups[id][chosen.year - ready.first]];
    },
    // What the list of agreements says of the year, with the numbers of each group.
    listed: function (numbers, lang) {
      return chosen.year === null ? "" : filled(ready.words[lang].listed, Object.assign({ year: chosen.year }, numbers));
    },
  };
});
