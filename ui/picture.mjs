/*
 * A picture in a Streamlit component: shows an SVG from Python, and reports the year and the agreement that were clicked.
 */

/**
 * @typedef {object} Component What Streamlit hands to a component.
 * @property {ParentNode} parentElement
 * @property {{ svg: string }} data
 * @property {(name: "picked", value: { year: number | null, agreement: string | null }) => void} setTriggerValue
 */

/** @param {Component} component */
export default function drawPicture({ parentElement, data, setTriggerValue }) {
  const box = /** @type {HTMLElement} */ (parentElement.querySelector(".picture"));
  box.innerHTML = data.svg; // from Python, with every text encoded
  box.onclick = ({ target }) => {
    const shape = /** @type {Element} */ (target);
    const year = /** @type {SVGElement | null} */ (shape.closest("[data-year]"))?.dataset.year;
    const agreement = /** @type {SVGElement | null} */ (shape.closest("[data-agreement]"))?.dataset.agreement;
    if (!year && !agreement) return;
    setTriggerValue("picked", { year: year ? Number(year) : null, agreement: agreement ?? null });
  };
}
