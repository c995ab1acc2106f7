/*
 * The hours of the exported file: the slider, the choice of a layer, and everything that depends on them.
 *
 * Nothing is computed here: `#selat-hours` has numbers, tables and words for each hour (see geo/offline/hours.py), one outline
 * of what anyone reaches by then, and one of what two or more reach. Bands and gap are differences of outlines: the even-odd
 * rule yields them when both are drawn as one path.
 */
selatPacking.whenReady(() => {
  "use strict";

  const { byId, findAll, setText } = selatDom;
  const ANNOUNCE_AFTER_MS = 700; // a screen reader announces where the slider rests, not each step

  /** @type {Selat.HourlyAnswers} */
  const answers = selatDom.readJson("selat-hours");
  const slider = byId("selat-hour", HTMLInputElement);
  const lastHour = answers.hours.length - 1;
  const choice = {
    hour: answers.opening, // its index
    layer: answers.layer,
    lang: /** @type {Selat.Language} */ (document.documentElement.lang),
  };

  // --- shapes ---------------------------------------------------------------------------------------------------------

  /**
   * Return the rings that are reached by an hour in a part of the strait; none before the first hour.
   * @param {string[]} outlines by hour
   * @param {number} hour
   */
  function ringsAt(outlines, hour) {
    return hour < 0 ? [] : unpackRings(outlines[Math.min(hour, outlines.length - 1)]);
  }

  /** @param {string} outline */
  function unpackRings(outline) {
    return selatPacking.readRings(outline, answers.decimals);
  }

  /**
   * Return the shape that rings enclose by the even-odd rule.
   * @param {Selat.OutlinesByHour} part
   * @param {string} color
   * @param {Selat.LatLon[][]} rings
   * @returns {Selat.Shape}
   */
  function createShape(part, color, rings, opacity = answers.opacity) {
    return { latlons: [rings], color, opacity, clip: part.clip };
  }

  /** @param {Selat.OutlinesByHour} part */
  function createBands(part) {
    const shapes = [];
    let from = -1;
    for (const { to, color } of answers.bands) {
      if (from >= choice.hour) break;
      const rings = [...ringsAt(part.first, Math.min(to, choice.hour)), ...ringsAt(part.first, from)];
      shapes.push(createShape(part, color, rings));
      from = to;
    }
    shapes.push(createShape(part, answers.colors.limit, ringsAt(part.first, choice.hour), 0));
    return shapes;
  }

  /** @param {Selat.OutlinesByHour} part */
  function createBackup(part) {
    const second = ringsAt(part.second, choice.hour);
    const first = [...ringsAt(part.first, choice.hour), ...second];
    return [createShape(part, answers.colors.reached, first), createShape(part, answers.colors.backup, second)];
  }

  /** @param {Selat.OutlinesByHour} part */
  function createGap(part) {
    return [createShape(part, answers.colors.gap, [...unpackRings(part.whole), ...ringsAt(part.first, choice.hour)])];
  }

  /** @returns {Selat.Shape[]} */
  function createShapes() {
    if (choice.layer === "bands") return answers.parts.flatMap(createBands);
    if (choice.layer === "backup") return answers.parts.flatMap(createBackup);
    if (choice.layer === "gap") return answers.parts.flatMap(createGap);
    return answers.fixed[choice.layer] ?? [];
  }

  // --- words ----------------------------------------------------------------------------------------------------------

  function hourText() {
    const { hours, unit } = answers.words[choice.lang];
    return `${hours[choice.hour]} ${unit}`;
  }

  function legendRows() {
    const { legends, hours } = answers.words[choice.lang];
    return legends[choice.layer].map((row) => ({ ...row, text: row.text.replace("{hours}", hours[choice.hour]) }));
  }

  /**
   * Return an element that depends on the hour, in a language.
   * @param {"numbers" | "tables" | "curve"} name
   * @param {Selat.Language} lang
   */
  function findPart(name, lang) {
    return findAll(`[data-hourly="${name}"][data-lang="${lang}"]`, HTMLElement)[0];
  }

  /**
   * Set the texts of an element that change from hour to hour.
   * @param {"numbers" | "tables"} name
   * @param {Selat.Language} lang
   */
  function fillTexts(name, lang) {
    const { indices, rows } = answers.words[lang][name];
    const walker = document.createTreeWalker(findPart(name, lang), NodeFilter.SHOW_TEXT);
    /** @type {Node[]} */
    const nodes = [];
    while (walker.nextNode()) nodes.push(walker.currentNode);
    indices.forEach((index, column) => {
      nodes[index].nodeValue = rows[choice.hour][column];
    });
  }

  /**
   * Move the curve's marker to the hour.
   * @param {Selat.Language} lang
   */
  function markCurve(lang) {
    const [picture] = findAll("svg", SVGSVGElement, findPart("curve", lang));
    const [marker] = findAll(".selat-curve-hour", SVGElement, picture);
    const [title] = findAll("title", SVGTitleElement, picture);
    const text = answers.words[lang].curve[choice.hour];
    const x = String(answers.curve_x[choice.hour]);
    marker.setAttribute("x1", x);
    marker.setAttribute("x2", x);
    picture.setAttribute("aria-label", text);
    title.textContent = text;
  }

  let announcement = 0;
  /** Announce the numbers once the slider rests. */
  function announceNumbers() {
    clearTimeout(announcement);
    announcement = setTimeout(() => {
      const numbers = findAll("dl > div", HTMLElement, findPart("numbers", choice.lang));
      const texts = numbers.map(
        (number) => `${number.querySelector("dt")?.textContent}: ${number.querySelector("strong")?.textContent}`,
      );
      byId("selat-announcement", HTMLElement).textContent = texts.join(". ");
    }, ANNOUNCE_AFTER_MS);
  }

  function labelSlider() {
    setText(byId("selat-hour-text", HTMLElement), hourText());
    slider.value = String(choice.hour);
    slider.setAttribute("aria-valuetext", hourText());
    slider.style.setProperty("--done", `${(choice.hour / lastHour) * 100}%`);
    for (const button of findAll("[data-step]", HTMLElement)) {
      const hour = choice.hour + Number(button.dataset.step);
      // Not `disabled`: the button would lose the focus.
      button.setAttribute("aria-disabled", String(hour < 0 || hour > lastHour));
    }
  }

  // --- events -------------------------------------------------------------------------------------------------------

  let frame = 0;
  /** Show the choice at the next frame: a drag sends more events than there are frames. */
  function requestUpdate() {
    if (frame) return;
    frame = requestAnimationFrame(() => {
      frame = 0;
      for (const lang of /** @type {Selat.Language[]} */ (Object.keys(answers.words))) {
        fillTexts("numbers", lang);
        fillTexts("tables", lang);
        markCurve(lang);
      }
      document.dispatchEvent(new CustomEvent("selat-hour"));
    });
  }

  /** @param {number} hour */
  function chooseHour(hour) {
    choice.hour = Math.max(0, Math.min(lastHour, hour));
    labelSlider();
    announceNumbers();
    requestUpdate();
  }

  slider.addEventListener("input", () => chooseHour(Number(slider.value)));
  for (const button of findAll("[data-step]", HTMLElement)) {
    button.addEventListener("click", () => chooseHour(choice.hour + Number(button.dataset.step)));
  }
  for (const radio of findAll("[name=coverage-layer]", HTMLInputElement)) {
    radio.addEventListener("change", () => {
      choice.layer = radio.value;
      requestUpdate();
    });
  }
  for (const numbers of findAll('[data-hourly="numbers"] [aria-live]', HTMLElement)) {
    numbers.removeAttribute("aria-live"); // `#selat-announcement` announces them
  }
  labelSlider();

  window.selatHours = {
    apply(scene, lang) {
      choice.lang = lang;
      labelSlider();
      return { ...scene, shapes: createShapes(), legend: { ...scene.legend, rows: legendRows() } };
    },
  };
});
