/**
 * DPDK's message thread in this process, which `rte_eal_cleanup` waits for.
 *
 * @module
 */

import { BUILDS } from "../abi/mod.ts";
import { libc, readText, systemCallConstants, threadsOf } from "../core/mod.ts";

/** Its name, before and from 23.03 on. */
const NAMES: readonly string[] = ["rte_mp_handle", "dpdk-mp-msg"];

/**
 * `recvmsg`, in which it waits for messages, on every machine: the number is the kernel's, which is
 * another machine's where this process is emulated.
 */
const RECVMSG: readonly string[] = Object.values(BUILDS)
  .map((build) => String(systemCallConstants(build).values.SYS_recvmsg));

/** How long it may be at work on one message before it is taken for stuck. */
const PATIENCE_MS = 2000;
const STEP_MS = 5;

/** Its id, `undefined` where there is none: in a process that shares nothing. */
export function messageThread(): number | undefined {
  return threadsOf("self").find(({ name }) => NAMES.includes(name))?.tid;
}

/** Whether it waits for messages; true, too, where the kernel does not tell. */
function waits(tid: number): boolean {
  const doing = readText(`/proc/self/task/${tid}/syscall`);
  return doing === undefined || doing === "" || RECVMSG.includes(doing.split(" ")[0]!);
}

/**
 * Whether it is stuck: in an action that does not come back, or in the lock that a reply and its
 * time-out can hold from each other (22.11, 24.11). To be ended it must come back to its socket.
 */
export function messageThreadStuck(): boolean {
  const tid = messageThread();
  if (tid === undefined) return false;
  for (let waited = 0; waited < PATIENCE_MS; waited += STEP_MS) {
    if (waits(tid)) return false;
    libc().usleep(STEP_MS * 1000);
  }
  console.warn(
    "dpdk.ts: this process ends without rte_eal_cleanup: DPDK's message thread is stuck in it",
  );
  return true;
}
