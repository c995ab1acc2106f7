/* Finds elements of the exported file by id or selector, checked for their type. */
const selatDom = (() => {
  "use strict";

  /**
   * Return the element with an id.
   * @template {HTMLElement} E
   * @param {string} id
   * @param {new () => E} type
   * @throws {Error} if there is none of that type
   */
  function byId(id, type) {
    const element = document.getElementById(id);
    if (element instanceof type) return element;
    throw new Error(`#${id} is no ${type.name}`);
  }

  /**
   * Return the elements of a type that a selector finds, in the page or within an element.
   * @template {Element} E
   * @param {string} selector
   * @param {new () => E} type
   * @param {ParentNode} root
   * @returns {E[]}
   */
  function findAll(selector, type, root = document) {
    return Array.from(root.querySelectorAll(selector)).flatMap((element) => (element instanceof type ? [element] : []));
  }

  /**
   * Return the JSON that a script element holds.
   * @param {string} id
   */
  function readJson(id) {
    return JSON.parse(byId(id, HTMLScriptElement).text);
  }

  /**
   * Set a text only if it changes: a screen reader announces every change.
   * @param {HTMLElement} element
   * @param {string} text
   */
  function setText(element, text) {
    if (element.textContent !== text) element.textContent = text;
  }

  return { byId, findAll, readJson, setText };
})();
