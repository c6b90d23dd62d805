/**
 * Talks to a C peer line by line: each line that it is sent, it answers with some lines and a ".".
 *
 * @module
 */

import { assert, type Child, compilePeer, outcome, spawnProgram } from "../kit.ts";

/** A peer that answers. */
export interface Dialog {
  /** Sends a line, and gives the lines of the answer. */
  ask(line: string): Promise<string[]>;
  /** Ends the peer, which must end well. */
  end(): Promise<void>;
}

/**
 * Compiles a peer that answers.
 *
 * @param name The peer's name.
 * @returns The executable's path.
 */
export function dialogProgram(name: string): string {
  return compilePeer(name);
}

/** EAL arguments of a peer, besides those of its role. */
export function peerArgs(prefix: string): string[] {
  return ["-l", "0", "--no-pci", "--no-telemetry", "--file-prefix", prefix];
}

/**
 * Starts a peer of tests/peers as a process of a DPDK group.
 *
 * @param name The peer's name.
 * @param prefix The group's file prefix.
 * @param args EAL arguments besides the usual ones; `--proc-type=secondary` and lcore 0 are of those
 * (`--lcores=1@0` is another lcore, which a process needs that shares the caches of pools with others).
 */
export async function dialog(name: string, prefix: string, ...args: string[]): Promise<Dialog> {
  const type = args.some((arg) => arg.startsWith("--proc-type")) ? [] : ["--proc-type=secondary"];
  const usual = peerArgs(prefix).slice(args.some((arg) => /^(-l|--lcores)/.test(arg)) ? 2 : 0);
  const child = spawnProgram(dialogProgram(name), [...usual, ...type, ...args]);
  return await talk(child);
}

/**
 * Talks to a program that says "." when it is ready and after each answer.
 *
 * @param child The program, which was just started.
 */
export async function talk(child: Child): Promise<Dialog> {
  const lines = child.lines();
  const answer = async (): Promise<string[]> => {
    const got: string[] = [];
    for (;;) {
      const { done, value } = await lines.next();
      if (done) throw new Error(`The peer ended: ${outcome(await child.result)}`);
      if (value === ".") return got;
      got.push(value);
    }
  };
  await answer();
  return {
    ask: (line) => {
      child.stdin.write(`${line}\n`);
      return answer();
    },
    end: async () => {
      child.stdin.end();
      const result = await child.result;
      assert.equal(result.code, 0, outcome(result));
    },
  };
}
