/**
 * The help: which keys there are.
 *
 * @module
 */

/** @import { Ui } from "./ui.js" */

import { html } from "htm/preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { KEYS } from "./keys.js";

/** @type {(props: { ui: Ui }) => unknown} */
export function Help({ ui }) {
  const dialog = useRef(/** @type {HTMLDialogElement | null} */ (null));
  useLayoutEffect(() => dialog.current?.showModal(), []);
  const close = () => ui.set({ help: false });
  return html`
    <dialog ref=${dialog} class="help" aria-labelledby="help-title" onClose=${close}
      onKeyDown=${(/** @type {KeyboardEvent} */ event) => event.key === "?" && close()}>
      <header
        class="bar"><h2 id="help-title">Keys</h2><span class="spring"></span><button onClick=${close} aria-label="close the help">✕</button></header>
      <dl class="keys">
        ${KEYS.map(([key, what]) =>
          html`
            <div key=${key}>
              <dt>${key.split(/ +/).map((one) =>
                one === "–" ? " – " : html`<kbd>${one}</kbd>`
              )}</dt>
              <dd>${what}</dd>
            </div>
          `
        )}
      </dl>
      <label><input type="checkbox" checked=${ui.keys} onChange=${() =>
        ui.set({ keys: !ui.keys })} /> keys without Ctrl or Alt do something</label>
      <h3>What is shown</h3>
      <p>Processes are at the sides. Between them is a box for each set of processes that know the same rings: a process
        knows a ring when it has its address in memory of its own. Bars say how full a ring is, the mark on a bar how
        full it has been. A line is the wider the more flows through the box that it leads to.</p>
    </dialog>
  `;
}
