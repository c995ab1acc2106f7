/*
 * The years of the exported file: the choice of a year, the timeline, the scheme as of the year, yearly counts.
 *
 * Nothing is computed here: `#selat-years-ready` has cards, pictures and tables in pieces (see geo/offline/years.py). Every
 * text in them is encoded.
 */
selatPacking.whenReady(() => {
  "use strict";

  const { byId, findAll, setText } = selatDom;
  /** @type {Record<string, Selat.StatusGroup>} */
  const GROUPS = { s: "standing", u: "unknown", "-": "others" };

  /** @type {Selat.YearlyFacts} */
  const facts = selatDom.readJson("selat-years-ready");
  const select = byId("selat-year", HTMLSelectElement);
  const choice = {
    year: facts.opening, // null is today
    lang: /** @type {Selat.Language} */ (document.documentElement.lang),
  };
  /** @type {Set<Selat.Language>} */
  const filledLanguages = new Set();

  // --- content --------------------------------------------------------------------------------------------------------

  /**
   * Return the HTML that pieces make.
   * @param {number[]} pieces
   */
  function joinPieces(pieces) {
    return pieces.flatMap((piece) => facts.pieces[piece].map((token) => `<${facts.tokens[token]}`)).join("");
  }

  /**
   * @param {"card" | "wide" | "narrow" | "counts" | "tables"} name
   * @param {number[]} pieces
   */
  function fillPart(name, pieces) {
    const html = joinPieces(pieces); // from Python, with every text encoded
    for (const box of findAll(`[data-yearly="${name}"][data-lang="${choice.lang}"]`, HTMLElement)) box.innerHTML = html;
  }

  /** Fill in what does not depend on the year, once per language. */
  function fillPictures() {
    if (filledLanguages.has(choice.lang)) return;
    filledLanguages.add(choice.lang);
    const { wide, narrow, counts, tables } = facts.pages[choice.lang];
    fillPart("wide", wide);
    fillPart("narrow", narrow);
    fillPart("counts", counts);
    if (tables.length) fillPart("tables", tables);
  }

  /** Highlight the chosen year in the pictures. */
  function markYear() {
    for (const shape of findAll("[data-yearly] svg :is(.year, .tick)", SVGElement)) {
      shape.classList.toggle("chosen", Number(shape.dataset.year) === choice.year);
    }
  }

  /**
   * Replace names in braces by their values.
   * @param {string} sentence
   * @param {Record<string, unknown>} values
   */
  function fillSentence(sentence, values) {
    return sentence.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
  }

  function isBeforeScheme() {
    return choice.year !== null && facts.before.includes(choice.year);
  }

  function labelYear() {
    const { year } = choice;
    const words = facts.words[choice.lang];
    const note = byId("selat-year-note", HTMLElement);
    setText(note, year === null ? "" : fillSentence(isBeforeScheme() ? words.before : words["as-of"], { year }));
    note.hidden = year === null;
    byId("selat-year-text", HTMLElement).textContent = year === null ? words.today : String(year);
    select.value = year === null ? "" : String(year);
    for (const button of findAll("[data-year-step]", HTMLElement)) {
      const target = stepYear(button);
      // Not `disabled`: the button would lose the focus.
      button.setAttribute("aria-disabled", String(target < facts.first || target > facts.last + 1));
    }
  }

  /** Show everything as of the chosen year; today's card is that of the last year, which ends on the date of the data. */
  function draw() {
    fillPictures();
    fillPart("card", facts.pages[choice.lang].cards[(choice.year ?? facts.last) - facts.first]);
    markYear();
    labelYear();
  }

  // --- events -------------------------------------------------------------------------------------------------------

  /**
   * Return the year that a button steps to; today comes after the last year.
   * @param {HTMLElement} button
   */
  function stepYear(button) {
    return (choice.year ?? facts.last + 1) + Number(button.dataset.yearStep);
  }

  /**
   * Choose a year; one that the data do not cover means today.
   * @param {number | null} year
   */
  function chooseYear(year) {
    choice.year = year !== null && year >= facts.first && year <= facts.last ? year : null;
    document.dispatchEvent(new CustomEvent("selat-year"));
  }

  /**
   * Choose the clicked year, or today if it was chosen already; open the clicked agreement.
   * @param {Event} event
   */
  function handlePictureClick({ target }) {
    if (!(target instanceof Element)) return;
    const column = /** @type {SVGElement | null} */ (target.closest("[data-year]"));
    const agreement = /** @type {SVGElement | null} */ (target.closest("[data-agreement]"));
    const year = Number(column?.dataset.year);
    if (year >= facts.first && year <= facts.last) chooseYear(year === choice.year && !agreement ? null : year);
    if (agreement) document.dispatchEvent(new CustomEvent("selat-agreement", { detail: agreement.dataset.agreement }));
  }

  select.addEventListener("change", () => chooseYear(Number(select.value)));
  for (const button of findAll("[data-year-step]", HTMLElement)) {
    button.addEventListener("click", () => {
      if (button.getAttribute("aria-disabled") !== "true") chooseYear(stepYear(button));
    });
  }
  for (const picture of findAll(':is([data-yearly="wide"], [data-yearly="narrow"], [data-yearly="counts"])', HTMLElement)) {
    picture.addEventListener("click", handlePictureClick);
  }

  window.selatYears = {
    apply(scene, lang) {
      choice.lang = lang;
      draw();
      // Before the scheme began there were no control points: they are drawn hollow.
      const points = scene.points.map((point) => ({ ...point, hollow: isBeforeScheme() || facts.hollow[point.id] }));
      return { ...scene, points, year: choice.year };
    },
    groupOf(agreementId) {
      return choice.year === null ? null : GROUPS[facts.groups[agreementId][choice.year - facts.first]];
    },
    describeList(counts, lang) {
      return choice.year === null ? "" : fillSentence(facts.words[lang].listed, { year: choice.year, ...counts });
    },
  };
});
