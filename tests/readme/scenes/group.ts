/**
 * A process and its group do not fit.
 *
 * @module
 */

import { chmodSync, chownSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { abi } from "../../../ffi/abi/mod.ts";
import { configLayout } from "../../../ffi/eal/layout.ts";
import { homeOf, NOBODY, scriptCommand, spawnNobody, whyNot } from "../../eal/nobody.ts";
import { ready, refusal, startEal } from "../../eal/start.ts";
import { scene as groupScene, start } from "../../group/scene.ts";
import type { TestContext } from "../../kit.ts";
import { ownDriver } from "../../mempool/own_driver.ts";
import { dialog } from "../../peers/dialog.ts";
import { attempt, ATTEMPTS, environmentOf, init, refusals } from "../attempts.ts";
import {
  BASE,
  directory,
  end,
  pretender,
  primary,
  type Scenes,
  secondary,
  takePrefix,
} from "./scene.ts";

const alone = (filePrefix: string) => ({ filePrefix, noPci: true, noHuge: true, memory: 16 });

/** A runtime directory with that of a group. */
function runtimeDirectory(context: TestContext, prefix: string): string {
  const home = homeOf(context);
  mkdirSync(`${home}/dpdk/${prefix}`, { recursive: true, mode: 0o700 });
  return home;
}

/** Whose primary has ended so. */
async function ended(context: TestContext, how: "well" | "SIGKILL"): Promise<string> {
  const prefix = takePrefix(context);
  await end(await primary(context, prefix), how);
  return prefix;
}

const attach = (filePrefix: string) =>
  attempt([{ do: "attach", options: { filePrefix, waitMs: 50 } }]);
const join = (filePrefix: string, more: object = {}) => init(secondary(filePrefix, more));
const short = { size: 8 };
const incomplete = { magic: 0 };

/** The scenes. */
export const GROUP: Scenes = {
  "it runs already in this process": (context) => {
    const options = alone(takePrefix(context));
    return attempt([{ do: "init", options }, { do: "init", options }, {
      do: "attach",
      options: {},
    }]);
  },
  "a process can start EAL only once, and here it ...": async (context) => {
    const filePrefix = takePrefix(context);
    const again = { do: "init", options: alone(filePrefix) } as const;
    const bad = { do: "init", options: [`--file-prefix=${filePrefix}`, "-l", "900"] } as const;
    const [, failed] = await attempt([bad, again]);
    const cleaned = await attempt([again, { do: "clean up" }, again]);
    return [failed!, ...cleaned];
  },
  "another primary is running": async (context) => {
    const prefix = takePrefix(context);
    await primary(context, prefix);
    return await init({ filePrefix: prefix, noPci: true });
  },
  "an earlier primary has died, but": async (context) => {
    const prefix = takePrefix(context);
    const first = await primary(context, prefix);
    const left = startEal(secondary(prefix));
    context.cleanup(() => end(left, "SIGKILL"));
    await ready(left);
    await end(first, "SIGKILL");
    return await init({ filePrefix: prefix, noPci: true });
  },
  "its hugepage files are still used": async (context) => {
    const place = groupScene(context, "errors");
    await start(context, place, "C", "primary");
    const options = { filePrefix: place.prefix, hugeDir: place.hugeDir, noPci: true };
    const env = { RUNTIME_DIRECTORY: directory(context) };
    return [await refusal(options, { env })];
  },
  "there is none": (context) => join(takePrefix(context)),
  "it is not running any more": async (context) => [
    ...await join(await ended(context, "SIGKILL")),
    ...await join(await ended(context, "well")),
  ],
  "none got ready within ... ms": async (context) => {
    const noSocket = await pretender(context, {});
    const prefixes = [takePrefix(context), await ended(context, "SIGKILL"), noSocket];
    for (const config of [short, incomplete]) prefixes.push(await pretender(context, config));
    return (await Promise.all(prefixes.map(attach))).flat();
  },
  "it runs, but did not finish its start": async (context) => {
    const prefixes = [await pretender(context, short), await pretender(context, incomplete)];
    return (await Promise.all(prefixes.map((prefix) => join(prefix)))).flat();
  },
  "it runs DPDK ..., this process has": async (context) =>
    join(await pretender(context, { version: "DPDK 21.11.3" })),
  "its config file has ... bytes, not": async (context) =>
    join(await pretender(context, { size: configLayout(abi()).size + 64 })),
  "it has switched multi-process off": async (context) =>
    join(await pretender(context, { mpStatus: 1 })),
  "its config file makes no sense": async (context) => {
    const nothing = await pretender(context, {});
    const twice = await pretender(context, {});
    writeFileSync(`/var/run/dpdk/${twice}/config`, await overlapping(context));
    return [...await join(nothing), ...await join(twice)];
  },
  "it was started ..., and this process is to be": async (context) => {
    const [having, without] = [takePrefix(context), takePrefix(context)];
    await primary(context, having, "--single-file-segments");
    await primary(context, without);
    return [
      ...await join(having, { singleFileSegments: false }),
      ...await join(without, { legacyMem: true }),
    ];
  },
  "it has no hugepage files to share": async (context) => {
    const prefix = takePrefix(context);
    await primary(context, prefix, "--huge-unlink");
    return await join(prefix);
  },
  "this user may not read": {
    skip: whyNot(ATTEMPTS),
    play: async (context) => {
      const filePrefix = takePrefix(context);
      await primary(context, filePrefix);
      const env = environmentOf([
        { do: "init", options: secondary(filePrefix) },
        { do: "ask for the primary", filePrefix },
      ]);
      const [command, closed] = [scriptCommand(ATTEMPTS), { XDG_RUNTIME_DIR: "/var/run" }];
      const child = spawnNobody(homeOf(context), command, { ...env, ...closed });
      return refusals(await child.result);
    },
  },
  "the runtime directory ...: other users can write to it": async (context) => {
    const prefix = takePrefix(context);
    const home = runtimeDirectory(context, prefix);
    chmodSync(`${home}/dpdk/${prefix}`, 0o770);
    return [await refusal(alone(prefix), { env: { RUNTIME_DIRECTORY: home } })];
  },
  "the runtime directory ...: it is another user's": {
    skip: whyNot(ATTEMPTS),
    play: async (context) => {
      const prefix = takePrefix(context);
      const home = runtimeDirectory(context, prefix);
      chownSync(`${home}/dpdk/${prefix}`, NOBODY - 1, NOBODY - 1);
      chmodSync(`${home}/dpdk`, 0o755);
      const env = environmentOf([{ do: "init", options: alone(prefix) }]);
      return refusals(await spawnNobody(home, scriptCommand(ATTEMPTS), env).result);
    },
  },
  "Cannot use lcore ...: process ... of this group": async (context) => {
    const prefix = takePrefix(context);
    const first = startEal({ filePrefix: prefix, noPci: true, memory: 16, lcores: "3@0" });
    context.cleanup(() => end(first));
    await ready(first);
    return await join(prefix, { lcores: "3@0" });
  },
  'one has the driver "...", which the primary has loaded': async (context) => {
    const prefix = takePrefix(context);
    const driver = ["-d", ownDriver(context)];
    const peer = await dialog(
      "view_drivers",
      prefix,
      "--proc-type=primary",
      "-m",
      "32",
      BASE,
      ...driver,
    );
    context.cleanup(() => peer.end());
    await peer.ask("make pool own_stack");
    return await join(prefix, { lcores: "1@0" });
  },
};

/** The config file of a primary, in which the table of memzones lies where the config does. */
async function overlapping(context: TestContext): Promise<Uint8Array> {
  const prefix = takePrefix(context);
  await primary(context, prefix);
  const bytes = Uint8Array.from(readFileSync(`/var/run/dpdk/${prefix}/config`));
  const config = new DataView(bytes.buffer);
  const { memCfgAddr, memzones } = configLayout(abi());
  const data = 80; // in struct rte_fbarray
  config.setBigUint64(memzones + data, config.getBigUint64(memCfgAddr, true), true);
  return bytes;
}
