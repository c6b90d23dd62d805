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
      <p>A ring is stuck when one of its ends was begun and is not finished. Unknown: no living thread was found that has
        the ring's address; whoever began may be dead, or have it in a register. Perhaps: a thread that is only known to
        be stopped. A count behind a ~ is of a ring that moves too fast to be seen at one moment. A pool that is empty
        has run out: nobody gets an object any more.</p>
    </dialog>
  `;
}
