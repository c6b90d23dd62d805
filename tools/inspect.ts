/**
 * See inside DPDK processes: `dpdk-inspect`. Its commands are in inspect/commands.
 *
 * @module
 */

import process from "node:process";

/** Runs a command. Packages of the tool may be missing: npm and Bun omit optional ones if told to. */
async function main(args: readonly string[]): Promise<number> {
  try {
    const [{ inspectProgram }, { run }] = await Promise.all([
      import("./inspect/program.ts"),
      import("./inspect/run.ts"),
    ]);
    return await run(inspectProgram(), args);
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    if (code !== "ERR_MODULE_NOT_FOUND") throw error;
    console.error(
      `Cannot start dpdk-inspect: ${message.split("\n")[0]}; install its packages, too, without ` +
        "--omit=optional",
    );
    return 1;
  }
}

process.exit(await main(process.argv.slice(2)));
