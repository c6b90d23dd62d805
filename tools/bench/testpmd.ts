/**
 * DPDK's own forwarder: what `dpdk-testpmd` says of how fast it is.
 *
 * @module
 */

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { median } from "./figures.ts";
import { NULL_PORTS } from "./programs.ts";

const PROGRAM = "dpdk-testpmd";

/** How testpmd forwards: `macswap` also exchanges the addresses of each packet. */
export type Mode = "io" | "macswap";

/**
 * The packets a second of each second: what the ports received, added up. The first and the last
 * second do not count: forwarding began, or ended, in them.
 *
 * @param output what testpmd printed with `--stats-period`
 * @param ports how many it has
 */
export function packetRates(output: string, ports: number): number[] {
  const all = [...output.matchAll(/^\s*Rx-pps:\s+(\d+)/gm)].map((match) => Number(match[1]));
  const rates: number[] = [];
  for (let i = 0; i + ports <= all.length; i += ports) {
    rates.push(all.slice(i, i + ports).reduce((a, b) => a + b));
  }
  return rates.slice(1, -1);
}

/**
 * Forwards between two null ports on CPU 1, as the scripts do; CPU 0 prints.
 *
 * @param seconds how many of them count
 * @returns the median of the seconds, in million packets a second
 */
export function measureTestpmd(mode: Mode, prefix: string, seconds: number): Promise<number> {
  const args = ["-l", "0-1", "--no-pci", "-m", "64", "--file-prefix", prefix, "--no-telemetry"];
  const app = ["--auto-start", `--forward-mode=${mode}`, "--burst=32", "--stats-period=1"];
  return new Promise((resolve, reject) => {
    const child = spawn(PROGRAM, [
      ...args,
      ...NULL_PORTS,
      "--",
      ...app,
      "--total-num-mbufs=16383",
    ], { stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    const hear = (line: string) => {
      output += `${line}\n`;
      if (packetRates(output, 2).length >= seconds) child.kill("SIGINT");
    };
    createInterface({ input: child.stdout }).on("line", hear);
    createInterface({ input: child.stderr }).on("line", hear);
    child.on("error", ({ message }) => reject(new Error(`Cannot run ${PROGRAM}: ${message}`)));
    child.on("close", (code, signal) => {
      const rates = packetRates(output, 2);
      if (rates.length > 0) resolve(median(rates) / 1e6);
      else {reject(
          new Error(`Cannot measure ${PROGRAM}: it ended with ${signal ?? code}\n${output}`),
        );}
    });
  });
}
