/**
 * See inside DPDK processes: `dpdk-inspect`. Its commands are in inspect/commands.
 *
 * @module
 */

import process from "node:process";
import { inspectProgram } from "./inspect/program.ts";
import { run } from "./inspect/run.ts";

const code = await run(inspectProgram(), process.argv.slice(2));
process.exit(code);
