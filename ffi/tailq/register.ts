/**
 * Registering a tailq.
 *
 * @module
 */

import { DpdkError, Errno, failed, libc, peek } from "../core/mod.ts";
import { captureLog, eal, isEalThread, requireEal, RTE_PROC_PRIMARY } from "../eal/mod.ts";
import { type Pointer, runtime } from "../runtime/mod.ts";
import { nameBytes } from "./entries.ts";
import { isDpdks } from "./forms.ts";
import { checkTailqName, headOf, LONGEST_OWN } from "./heads.ts";
import { rte_tailq_elem } from "./layout.ts";
import { tailqLibrary } from "./library.ts";
import { writeLocked } from "./lock.ts";
import type { Head } from "./walk.ts";

/** Refuses names on which DPDK's libraries count. */
export function checkOwn(tailq: string, what: string): void {
  if (!isDpdks(tailq)) return;
  throw new DpdkError({
    what,
    errno: Errno.EPERM,
    advice:
      "names that begin with RTE_ or end with _RESOURCE_LIST are of DPDK's own libraries: take " +
      "another, or load the library (-d librte_hash.so) when its tailq is to be there",
  });
}

/** Calls `rte_eal_tailq_register`, which keeps what it is given for as long as the process lives. */
function callRegister(name: string): number {
  const elem = libc().calloc(1, rte_tailq_elem.size) as Pointer<"struct rte_tailq_elem"> | null;
  if (elem === null) throw failed(`register tailq "${name}"`, "calloc", Errno.ENOMEM);
  const { offset, size } = rte_tailq_elem.fields.name;
  const field = new Uint8Array(peek(runtime.address(elem) + offset, size).buffer);
  field.set(nameBytes(name));
  const status = tailqLibrary().rte_eal_tailq_register(elem);
  if (status < 0) libc().free(elem); // DPDK has forgotten it
  return status;
}

/** What became of a registration. */
interface Registered {
  /** Where the head is, 0 when there is none. */
  readonly address: number;
  readonly status: number;
}

/**
 * Registers a tailq: what `EAL_REGISTER_TAILQ` does in C, after EAL has started. A primary makes it,
 * under DPDK's lock, as others may be looking; a secondary finds the primary's.
 */
export function register(name: string): Head {
  checkTailqName(name, LONGEST_OWN);
  const what = `register tailq "${name}"`;
  checkOwn(name, what);
  requireEal(what);
  if (!isEalThread()) {
    throw new DpdkError({
      what,
      errno: Errno.EPERM,
      advice:
        "this is a Worker, and DPDK registers in one thread only; register it in the script " +
        `that called Eal.init, and use Tailq.lookup("${name}") here`,
    });
  }
  const primary = eal().rte_eal_process_type() === RTE_PROC_PRIMARY;
  const call = "rte_eal_tailq_register";
  const { value: { address, status }, log } = captureLog<Registered>(
    () =>
      writeLocked(what, () => {
        if (!primary && headOf(name) === 0) return { address: 0, status: -1 };
        return { status: callRegister(name), address: headOf(name) };
      }),
    ({ status }) => status < 0,
  );
  if (status >= 0) return { name, address };
  if (address !== 0) {
    throw failed(what, call, Errno.EEXIST, {
      EEXIST: `it is registered in this process; use Tailq.lookup("${name}")`,
    });
  }
  if (primary) {
    throw failed(what, call, Errno.ENOSPC, {
      ENOSPC:
        "all places for tailqs are taken: 31 in a usual build, and DPDK's own libraries have " +
        "taken half of them; put more kinds of objects on one tailq",
    }, log);
  }
  throw new DpdkError({
    what,
    errno: Errno.ENOENT,
    advice:
      "the primary has registered none of that name, and a secondary can only join it; register " +
      "it in the primary first",
  });
}
