/*
 * A picture inside a Streamlit component: shows the SVG that Python made, and reports what of it was clicked, the year and
 * the agreement where it was one's event or lane.
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
  box.innerHTML = data.svg; // made in Python, every text in it encoded
  box.onclick = ({ target }) => {
    const shape = /** @type {Element} */ (target);
    const year = /** @type {SVGElement | null} */ (shape.closest("[data-year]"))?.dataset.year;
    const agreement = /** @type {SVGElement | null} */ (shape.closest("[data-agreement]"))?.dataset.agreement;
    if (!year && !agreement) return;
    setTriggerValue("picked", { year: year ? Number(year) : null, agreement: agreement ?? null });
  };
}
