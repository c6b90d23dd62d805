// A user who may not look into a group's processes is told nothing of them, and nothing fails.

import { fileURLToPath } from "node:url";
import { assert, outcome, spawnProgram, test } from "../kit.ts";
import { homeOf, scriptCommand, SETPRIV, whyNot } from "../eal/nobody.ts";
import { startThreads } from "./threads.ts";

const SCRIPT = fileURLToPath(new URL("./scripts/looks.ts", import.meta.url));

test("another user's processes tell nothing", { skip: whyNot(SCRIPT) }, async (context) => {
  const { ask, inspector } = await startThreads(context);
  for (const line of ["make a 0x60", "know a", "hold 1 a prod 3 wait"]) await ask(line);
  const snapshot = JSON.stringify(inspector.snapshot());
  const HOME = homeOf(context);
  const looks = async (...before: string[]): Promise<string> => {
    const [program = "", ...args] = [...before, ...scriptCommand(SCRIPT)];
    const child = spawnProgram(program, args, { env: { HOME, DENO_DIR: HOME } });
    child.stdin.end(snapshot);
    const result = await child.result;
    assert.equal(result.code, 0, outcome(result));
    return result.stdout.trim();
  };
  assert.equal(await looks(), "LINKS 1 SUSPECTS 1 true");
  assert.equal(await looks(...SETPRIV), "LINKS 0 SUSPECTS 0 true");
});
