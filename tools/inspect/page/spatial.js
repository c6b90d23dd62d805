/**
 * Walking over things on the screen by arrow keys.
 *
 * @module
 */

/** @type {Record<string, [number, number]>} */
const WAYS = {
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
};

/**
 * The nearest of several elements in the direction of a key.
 *
 * @param {Element} from where it begins
 * @param {readonly Element[]} elements where it may lead
 * @param {string} key the key's name
 * @returns {HTMLElement | undefined} the element; `undefined` when there is none, or the key is no arrow
 */
export function nearest(from, elements, key) {
  const way = WAYS[key];
  if (way === undefined) return undefined;
  const [right, down] = way;
  const start = center(from);
  let [best, least] = [/** @type {HTMLElement | undefined} */ (undefined), Infinity];
  for (const element of elements) {
    if (!(element instanceof HTMLElement)) continue;
    const { x, y } = center(element);
    const [dx, dy] = [x - start.x, y - start.y];
    const ahead = dx * right + dy * down;
    const aside = Math.abs(dx * down) + Math.abs(dy * right);
    // What is rather aside than ahead is not in that direction, unless nothing else is.
    const far = ahead + 3 * aside;
    if (ahead > 4 && far < least) [best, least] = [element, far];
  }
  return best;
}

/** @type {(element: Element) => { x: number, y: number }} */
function center(element) {
  const { left, top, width, height } = element.getBoundingClientRect();
  return { x: left + width / 2, y: top + height / 2 };
}
