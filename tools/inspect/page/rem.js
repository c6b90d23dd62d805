/**
 * The size of the page's letters.
 *
 * @module
 */

import { useLayoutEffect, useState } from "preact/hooks";

/**
 * The root's font size now.
 *
 * @returns {number} the size in pixels
 */
export const rem = () => parseFloat(getComputedStyle(document.documentElement).fontSize);

/**
 * The root's font size; it follows the width of the window.
 *
 * @returns {number} the size in pixels
 */
export function useRem() {
  const [size, setSize] = useState(rem);
  useLayoutEffect(() => {
    const look = () => setSize(rem());
    globalThis.addEventListener("resize", look);
    return () => globalThis.removeEventListener("resize", look);
  }, []);
  return size;
}
