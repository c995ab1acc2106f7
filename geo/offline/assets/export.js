/*
 * The controls of the exported file: language, layers, facts of the chosen point, search of the agreements, print.
 * Data are in the page as JSON (`#selat-state`). Without this script every fact can still be read below the map, in the
 * language that the file opens in. Where the file has hours and years, hours.js and years.js control them.
 */
selatPacking.whenSettled(() => {
  "use strict";

  const { byId, findAll, setText } = selatDom;
  const { selatMap: map, selatGroup: group } = window;
  /** @type {Selat.Touched} */
  const NOTHING = { points: [], places: [], sides: [] };

  /** @type {Selat.ExportState} */
  const state = selatDom.readJson("selat-state");
  const opening = /** @type {Selat.Scene} */ (map.selat.scene); // the scene of the map's own script
  const choice = {
    lang: /** @type {Selat.Language} */ (document.documentElement.lang),
    layers: opening.layers,
    selected: opening.selected,
    agreement: state.agreement,
  };
  /** @type {Partial<Selat.ByLanguage<Selat.Scene>>} */
  const scenes = { ...state.scenes, [choice.lang]: opening };

  const search = byId("selat-search", HTMLInputElement);
  const party = byId("selat-party", HTMLSelectElement);

  /** Draw the map from the choices, the hour and the year. */
  function redraw() {
    const touched = choice.agreement === null ? undefined : state.touched[choice.agreement];
    const { lang, layers, selected } = choice;
    const inLanguage = /** @type {Selat.Scene} */ (scenes[lang]);
    let scene = {
      ...inLanguage,
      lines: inLanguage.lines.map((line, index) => ({ ...line, latlons: opening.lines[index].latlons })),
      rings: inLanguage.rings.map((ring, index) => ({ ...ring, latlons: opening.rings[index].latlons })),
      layers,
      selected,
      touched: touched ?? NOTHING,
      shapes: opening.shapes,
    };
    if (window.selatHours) scene = window.selatHours.apply(scene, lang);
    if (window.selatYears) scene = window.selatYears.apply(scene, lang);
    group.clearLayers();
    selat.scene(map, group, scene);
  }

  // --- language -------------------------------------------------------------------------------------------------------

  /** @param {Selat.Language} lang */
  function setLanguage(lang) {
    choice.lang = lang;
    document.documentElement.lang = lang;
    document.title = state.titles[lang];
    for (const text of findAll("[data-lang]", HTMLElement)) text.hidden = text.dataset.lang !== lang;
    for (const button of findAll("[data-language]", HTMLElement)) press(button, button.dataset.language === lang);
    for (const option of findAll(`option[data-${lang}]`, HTMLElement)) option.textContent = option.dataset[lang] ?? "";
    filterAgreements();
    redraw();
    map.fire("moveend"); // the scale writes its decimals anew
  }

  /**
   * @param {HTMLElement} button
   * @param {boolean} isPressed
   */
  function press(button, isPressed) {
    button.setAttribute("aria-pressed", String(isPressed));
  }

  for (const button of findAll("[data-language]", HTMLElement)) {
    button.addEventListener("click", () => setLanguage(/** @type {Selat.Language} */ (button.dataset.language)));
  }

  // --- sources --------------------------------------------------------------------------------------------------------

  // Links to sources are short: the list of sources has what they leave out. A hidden language leaves out the address too.

  /**
   * @param {HTMLAnchorElement} link
   * @param {HTMLAnchorElement | null | undefined} source the same source in a list of sources
   */
  function restoreLink(link, source) {
    if (!source || link.title) return;
    link.href = source.href;
    link.title = `${source.previousSibling?.textContent}${source.text}`;
    link.target = "_blank";
  }

  /** @param {HTMLLIElement} entry of the list below a card; one whose source has no address stands in full */
  function fillEntry(entry) {
    const listed = document.getElementById(`source-${entry.dataset.cites}`)?.parentElement;
    if (!listed) return;
    entry.replaceChildren(...Array.from(listed.childNodes, (node) => node.cloneNode(true)));
    entry.querySelector("[id]")?.removeAttribute("id");
    const grade = listed.parentElement?.previousElementSibling?.querySelector(".selat-grade");
    const note = entry.querySelector(":scope > .selat-sub");
    if (grade && note) note.before(grade.cloneNode(true), " · ");
    else if (grade) entry.append(" · ", grade.cloneNode(true));
  }

  const sources = new Map(findAll("a[id^=source-]", HTMLAnchorElement).map((source) => [source.href, source]));
  for (const link of findAll("[data-lang] :not([data-cites]) > a[href^=http], a[data-source]", HTMLAnchorElement)) {
    const { source: id } = link.dataset;
    restoreLink(link, id ? byId(`source-${id}`, HTMLAnchorElement) : sources.get(link.href));
  }
  findAll("li[data-cites]", HTMLLIElement).forEach(fillEntry);
  for (const link of findAll("sup a:not([href])", HTMLAnchorElement)) {
    // The number of an entry in the list below the card.
    const entries = link.closest(".selat-card")?.querySelectorAll(".selat-sources > li");
    restoreLink(link, entries?.[Number(link.text) - 1]?.querySelector("a"));
  }

  // --- map and facts --------------------------------------------------------------------------------------------------

  /**
   * Show the facts of a control point or place, or the introduction.
   * @param {string | null} id
   */
  function showFeature(id) {
    choice.selected = id;
    for (const section of findAll("[data-feature]", HTMLElement)) section.hidden = section.dataset.feature !== id;
    for (const button of findAll("[data-choose]", HTMLElement)) press(button, button.dataset.choose === id);
    byId("selat-hint", HTMLElement).hidden = Boolean(id);
    redraw();
  }

  const phone = window.matchMedia("(max-width: 760px)");
  /** Fold the choice of layers away on a phone, so that the map lies under the slider. */
  function foldChoices() {
    for (const choices of findAll(".selat-choices", HTMLDetailsElement)) choices.open = !phone.matches;
  }
  phone.addEventListener("change", foldChoices);
  foldChoices();

  for (const box of findAll("[data-layer]", HTMLInputElement)) {
    box.addEventListener("change", () => {
      choice.layers = findAll("[data-layer]:checked", HTMLInputElement).map((checked) => String(checked.dataset.layer));
      redraw();
    });
  }
  for (const button of findAll("[data-choose]", HTMLElement)) {
    button.addEventListener("click", () => {
      const id = button.dataset.choose ?? null;
      showFeature(choice.selected === id ? null : id);
    });
  }
  map.selat.marks.on("click", (event) => {
    const layer = event.layer ?? event.propagatedFrom;
    if (layer?.feature) showFeature(layer.feature.properties.id);
  });
  document.addEventListener("selat-hour", redraw);
  document.addEventListener("selat-year", () => {
    filterAgreements();
    redraw();
  });

  // --- agreements -----------------------------------------------------------------------------------------------------

  for (const card of findAll("details[data-agreement]", HTMLDetailsElement)) {
    card.addEventListener("toggle", () => followCard(card));
  }

  /**
   * Show on the map what an opened agreement touches, and close the others.
   * @param {HTMLDetailsElement} card
   */
  function followCard(card) {
    const id = card.dataset.agreement ?? null;
    if (card.open) {
      for (const other of findAll("details[data-agreement][open]", HTMLDetailsElement)) other.open = other === card;
      choice.agreement = id;
    } else if (choice.agreement === id) {
      choice.agreement = null;
    } else {
      filterAgreements(); // closed because another one opened
      return;
    }
    filterAgreements();
    redraw();
  }

  /**
   * Open the card of an agreement, whatever the filter.
   * @param {string} id
   */
  function openAgreement(id) {
    const card = byId(`agreement-${id}`, HTMLDetailsElement);
    card.open = true;
    search.value = "";
    party.value = "";
    filterAgreements();
    return card;
  }

  for (const link of findAll("a[data-open]", HTMLElement)) {
    link.addEventListener("click", () => openAgreement(String(link.dataset.open))); // the link itself goes there
  }
  document.addEventListener("selat-agreement", ({ detail }) => {
    const card = openAgreement(detail);
    card.querySelector("summary")?.focus({ preventScroll: true });
    card.scrollIntoView({ block: "nearest" });
  });

  /** List the agreements that pass the filter and are in place, or may be, as of the chosen year; an open one stays listed. */
  function filterAgreements() {
    const words = search.value.toLocaleLowerCase(choice.lang).split(/\s+/).filter(Boolean);
    const counts = { standing: 0, unknown: 0, others: 0 };
    let total = 0;
    for (const theme of findAll(".selat-theme", HTMLElement)) {
      const heading = textIn(/** @type {HTMLElement} */ (theme.querySelector("h3")));
      let inTheme = 0;
      for (const card of findAll("details[data-agreement]", HTMLDetailsElement, theme)) {
        card.hidden = !isListed(card, heading, words, counts);
        if (!card.hidden) inTheme += 1;
      }
      theme.hidden = inTheme === 0;
      total += inTheme;
    }
    byId("selat-nothing", HTMLElement).hidden = total > 0;
    const note = byId("selat-list-note", HTMLElement);
    setText(note, window.selatYears?.describeList(counts, choice.lang) ?? "");
    note.hidden = !note.textContent;
  }

  /**
   * Return whether a card is listed. Every word must occur in its text in this language, in the heading of its theme, or in
   * its id.
   * @param {HTMLDetailsElement} card
   * @param {string} heading
   * @param {string[]} words
   * @param {Selat.GroupCounts} counts of the groups as of the chosen year; this card is added
   */
  function isListed(card, heading, words, counts) {
    const id = String(card.dataset.agreement);
    const text = `${textIn(card)} ${heading} ${id}`;
    if (!words.every((word) => text.includes(word))) return false;
    if (party.value && !card.dataset.parties?.split(" ").includes(party.value)) return false;
    const status = window.selatYears?.groupOf(id);
    if (status) counts[status] += 1;
    return status !== "others" || card.open;
  }

  /**
   * Return the text of an element in this language, in lower case.
   * @param {HTMLElement} element
   */
  function textIn(element) {
    const parts = findAll(`[data-lang="${choice.lang}"], .selat-year`, HTMLElement, element);
    return parts
      .map((part) => part.textContent)
      .join(" ")
      .toLocaleLowerCase(choice.lang);
  }

  search.addEventListener("input", filterAgreements);
  party.addEventListener("change", filterAgreements);

  // --- print ----------------------------------------------------------------------------------------------------------

  let view = { center: map.getCenter(), zoom: map.getZoom() };

  /** Fit the map to the sheet. */
  function prepareForPrint() {
    view = { center: map.getCenter(), zoom: map.getZoom() };
    document.documentElement.classList.add("selat-printing");
    map.selat.legend.open = true;
    map.invalidateSize({ animate: false });
    map.selat.fit();
  }

  /** Go back to the reader's view. */
  function returnFromPrint() {
    document.documentElement.classList.remove("selat-printing");
    map.invalidateSize({ animate: false });
    map.setView(view.center, view.zoom, { animate: false });
  }

  window.addEventListener("beforeprint", prepareForPrint);
  window.addEventListener("afterprint", returnFromPrint);

  document.documentElement.classList.add("selat-live");
  filterAgreements();
  showFeature(choice.selected);
});
