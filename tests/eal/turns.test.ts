// Secondaries that start at the same moment. At its end rte_eal_init tries the lock of every list of pages
// in the group's directory: of one that another process has just made, too, which fails then.
import { existsSync, writeFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import {
  assert,
  type Child,
  removePrefix,
  spawnProgram,
  test,
  type TestContext,
  uniquePrefix,
} from "../kit.ts";
import { overtakenBy } from "./overtaken.ts";
import { ready, refusal, startEal } from "./start.ts";

/** A primary. */
async function group({ cleanup }: TestContext): Promise<string> {
  const filePrefix = uniquePrefix("turns");
  cleanup(() => removePrefix(filePrefix));
  const primary = startEal({ filePrefix, memory: 32, noPci: true });
  cleanup(() => primary.result);
  cleanup(() => primary.stdin.end());
  await ready(primary);
  return filePrefix;
}

/** Somebody whose turn it is, until its input ends. */
async function itsTurn({ cleanup }: TestContext, filePrefix: string): Promise<Child> {
  const config = `/var/run/dpdk/${filePrefix}/config`;
  const holder = spawnProgram("flock", ["-x", config, "sh", "-c", "echo held; exec cat"]);
  cleanup(() => holder.result);
  cleanup(() => holder.stdin.end());
  await holder.waitForLine(/^held$/);
  return holder;
}

async function leaves(child: Child): Promise<void> {
  child.stdin.end();
  assert.equal((await child.result).code, 0);
}

const secondary = (filePrefix: string) =>
  ({ filePrefix, processType: "secondary", lcores: "1@0", noPci: true }) as const;

test("a secondary waits until another has attached", async (context) => {
  const filePrefix = await group(context);
  const holder = await itsTurn(context, filePrefix);
  const child = startEal(secondary(filePrefix));
  let attached = false;
  const ready_ = ready(child).then((said) => {
    attached = true;
    return said;
  });
  await setTimeout(1500);
  assert.equal(attached, false);
  holder.stdin.end();
  assert.equal((await ready_)["processType"], "secondary");
  await leaves(child);
});

test("it goes ahead when another hangs", async (context) => {
  const filePrefix = await group(context);
  await itsTurn(context, filePrefix);
  const child = startEal(secondary(filePrefix));
  assert.equal((await ready(child))["processType"], "secondary");
  await leaves(child);
});

test("many at once all attach", async (context) => {
  const filePrefix = await group(context);
  const children = Array.from(
    { length: 8 },
    (_, i) => startEal({ ...secondary(filePrefix), lcores: `${i + 1}@0` }),
  );
  for (const child of children) assert.equal((await ready(child))["processType"], "secondary");
  await Promise.all(children.map(leaves));
});

test("one that was overtaken all the same is told so, or starts again", async (context) => {
  const filePrefix = await group(context);
  const file = `/var/run/dpdk/${filePrefix}/overtake`;
  const env = overtakenBy(file);
  writeFileSync(file, "");
  const { name, message } = await refusal(secondary(filePrefix), { env });
  assert.equal(existsSync(file), false);
  assert.equal(name, "DpdkError");
  assert.match(message, /another process of the group started at this very moment/);
  assert.match(message, /start this process again \(onClash: "restart" does\)/);

  writeFileSync(file, "");
  const child = startEal({ ...secondary(filePrefix), onClash: "restart" }, { env });
  assert.equal((await ready(child))["processType"], "secondary");
  assert.equal(existsSync(file), false);
  await leaves(child);
});
