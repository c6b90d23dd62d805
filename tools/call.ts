/**
 * How tools are called: what is alike in their command lines. Nothing is set up before the command
 * line is understood.
 *
 * @module
 */

import process from "node:process";

/** A tool. */
export interface Tool<Asked> {
  /** How it is called: `--help` prints it, and so does a command line that is wrong. */
  readonly usage: string;
  /** Reads the command line; throws a `TypeError` that says what is wrong with it. */
  parse(args: readonly string[]): Asked;
  /** Does what is asked for, and tells whether that went well. */
  run(asked: Asked): boolean | Promise<boolean>;
}

/**
 * Calls a tool with this process's command line. The exit code is 1 when it did not go well.
 *
 * @param tool The tool.
 */
export async function callTool<Asked>({ usage, parse, run }: Tool<Asked>): Promise<void> {
  // `deno task bench -- --rounds 1` hands the two dashes on.
  const args = process.argv.slice(2).filter((arg) => arg !== "--");
  if (args.includes("--help")) return console.log(usage);
  try {
    const asked = understand(usage, () => parse(args));
    process.exitCode = asked !== undefined && await run(asked.is) ? 0 : 1;
  } catch (error) {
    console.error(error);
    process.exitCode = 1;
  }
}

/** What is asked for; `undefined` when that was not understood, which is said then. */
function understand<Asked>(usage: string, parse: () => Asked): { readonly is: Asked } | undefined {
  try {
    return { is: parse() };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    console.error(`${error.message}\n\n${usage}`);
    return undefined;
  }
}
