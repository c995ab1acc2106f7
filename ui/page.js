/*
 * What Streamlit has no setting for: the drawer with the agreements is folded on a screen below 1200 px, and closes there
 * when one is chosen; on paper the map has the width of the sheet. Streamlit runs this again whenever it draws the page.
 */
(() => {
  const page = /** @type {Window & { hasSelatPage?: boolean }} */ (window);
  if (page.hasSelatPage) return;
  page.hasSelatPage = true;

  const narrow = matchMedia("(max-width: 1199px)");
  const paper = matchMedia("print"); // narrow as a sheet is, on which nothing is folded
  const FOLD = '[data-testid="stSidebarCollapseButton"] button';
  const UNFOLD = '[data-testid="stExpandSidebarButton"]';

  /** @param {string} selector */
  const press = (selector) => /** @type {HTMLElement | null} */ (document.querySelector(selector))?.click();
  const isFolded = () => !!document.querySelector(UNFOLD);

  function fit() {
    if (!paper.matches && narrow.matches !== isFolded()) press(narrow.matches ? FOLD : UNFOLD);
  }

  // The sidebar may be drawn after this script, and Streamlit lays it out anew then.
  const waiting = new MutationObserver(() => {
    if (!document.querySelector(FOLD) && !isFolded()) return;
    waiting.disconnect();
    if (narrow.matches) fit();
  });
  waiting.observe(document.body, { childList: true, subtree: true });
  narrow.addEventListener("change", fit);

  document.addEventListener("click", ({ target }) => {
    const isChoice = /** @type {Element} */ (target).closest('[class*="st-key-sidebar-agreement-"] button');
    if (isChoice && narrow.matches) setTimeout(() => press(FOLD)); // after the click has done its own
  });

  /**
   * @typedef {object} LeafletMap
   * @property {() => object} getBounds
   * @property {() => object} getCenter
   * @property {() => number} getZoom
   * @property {(options: object) => void} invalidateSize
   * @property {(bounds: object, options: object) => void} fitBounds
   * @property {(center: object, zoom: number, options: object) => void} setView
   */

  /** @returns {LeafletMap | undefined} */
  function findMap() {
    const frame = /** @type {HTMLIFrameElement | null} */ (document.querySelector(".st-key-map-frame iframe"));
    return /** @type {{ map?: LeafletMap } | undefined} */ (/** @type {unknown} */ (frame?.contentWindow))?.map;
  }

  let returnToScreen = () => {};

  /** Give the map the size that it has on paper, so that it lays itself out, and show the same part of the sea. */
  function prepareMap() {
    const map = findMap();
    if (!map) return;
    const bounds = map.getBounds();
    const center = map.getCenter();
    const zoom = map.getZoom();
    document.documentElement.classList.add("selat-printing");
    map.invalidateSize({ animate: false, pan: false });
    map.fitBounds(bounds, { animate: false });
    returnToScreen = () => {
      document.documentElement.classList.remove("selat-printing");
      map.invalidateSize({ animate: false, pan: false });
      map.setView(center, zoom, { animate: false });
    };
  }
  addEventListener("beforeprint", prepareMap);
  addEventListener("afterprint", () => returnToScreen());
})();
