/** Elements without a framework. Text is text: nothing is ever read as HTML. */

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, string | boolean | undefined>} [attributes]
 * @param {(Node | string)[]} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  attribute(element, attributes);
  element.append(...children);
  return element;
}

/**
 * @param {string} tag
 * @param {Record<string, string | boolean | undefined>} [attributes]
 * @param {(Node | string)[]} children
 * @returns {SVGElement}
 */
export function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  attribute(element, attributes);
  element.append(...children);
  return element;
}

/**
 * Sets what differs: a reader of screens is told of changes alone.
 *
 * @param {Element} element
 * @param {Record<string, string | boolean | undefined>} attributes without the value, or with false, it is taken away
 */
export function attribute(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) element.removeAttribute(name);
    else if (element.getAttribute(name) !== String(value))
      element.setAttribute(name, value === true ? "" : value);
  }
}

/**
 * @param {Node} element
 * @param {string} text
 */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * @param {string} id
 * @returns {HTMLElement}
 */
export function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`There is no #${id}.`);
  return found;
}

/**
 * Makes the children of an element those of a list, in its order; what is there already stays, and keeps the focus.
 *
 * @template T
 * @template {Element} E
 * @param {Element} parent
 * @param {readonly T[]} items
 * @param {(item: T) => string} key
 * @param {(item: T) => E} create
 * @param {(element: E, item: T) => void} [update]
 */
export function sync(parent, items, key, create, update = () => undefined) {
  const before = new Map([...parent.children].map((child) => [child.getAttribute("data-key"), child]));
  let place = parent.firstElementChild;
  for (const item of items) {
    const name = key(item);
    const known = /** @type {E | undefined} */ (before.get(name));
    const element = known ?? create(item);
    if (!known) element.setAttribute("data-key", name);
    before.delete(name);
    update(element, item);
    if (element === place) place = place.nextElementSibling;
    else parent.insertBefore(element, place);
  }
  for (const gone of before.values()) gone.remove();
}

/** @param {number} at milliseconds of the epoch */
export const clock = (at) => new Date(at).toLocaleTimeString("en-GB");

/** @param {string} id */
export const short = (id) => id.slice(0, 8);
