/**
 * EAL itself refuses: `rte_eal_init` was called.
 *
 * @module
 */

import { mkdirSync, writeFileSync } from "node:fs";
import { installation } from "../../../ffi/abi/mod.ts";
import { homeOf, scriptCommand, spawnNobody, whyNot } from "../../eal/nobody.ts";
import type { Refusal } from "../../eal/start.ts";
import { compileC, type TestContext } from "../../kit.ts";
import { attempt, ATTEMPTS, environmentOf, init, refusals } from "../attempts.ts";
import { slipped } from "./addresses.ts";
import { directory, primary, type Scenes, secondary, takePrefix } from "./scene.ts";

/** What EAL says to a primary with these arguments. */
function refused(...args: string[]): (context: TestContext) => Promise<Refusal[]> {
  return (context) => init([...args, "--no-pci", "--file-prefix", takePrefix(context)]);
}

/** Fails to lock the config file while SLIP_FILE is there: another process has been faster. */
const LOCKED = `
  #define _GNU_SOURCE
  #include <errno.h>
  #include <stdarg.h>
  #include <stdlib.h>
  #include <fcntl.h>
  #include <sys/syscall.h>
  #include <unistd.h>
  int fcntl64(int fd, int command, ...)
  {
    va_list list;
    long argument;
    va_start(list, command);
    argument = va_arg(list, long);
    va_end(list);
    if (command == F_SETLK && unlink(getenv("SLIP_FILE")) == 0) {
      errno = EAGAIN;
      return -1;
    }
    return (int)syscall(SYS_fcntl, fd, command, argument);
  }
`;

/** The scenes. */
export const EAL: Scenes = {
  "the lcores do not exist here": async (context) => [
    ...await refused("-l", "900")(context),
    ...await refused("-l", "0", "--main-lcore=7")(context),
  ],
  "the lcores are named twice": refused("-l", "0", "-c", "1"),
  "EAL does not take a value among the arguments": async (context) => [
    ...await refused("-l", "0", "--iova-mode=zz")(context),
    ...await refused("-l", "0", "--base-virtaddr=zz")(context),
  ],
  "the runtime directory cannot be made": async (context) => {
    const file = `${directory(context)}/file`;
    writeFileSync(file, "", { mode: 0o700 }); // what may be searched, if it were a directory
    const options = { filePrefix: takePrefix(context), noPci: true, memory: 16 };
    return await attempt([{ do: "init", options }], { env: { RUNTIME_DIRECTORY: file } });
  },
  "the runtime directory cannot be written": async (context) => {
    const path = directory(context);
    const filePrefix = takePrefix(context);
    for (const part of ["dpdk", `dpdk/${filePrefix}`, `dpdk/${filePrefix}/config`]) {
      mkdirSync(`${path}/${part}`, { mode: 0o700 });
    }
    const options = { filePrefix, noPci: true, memory: 16 };
    return await attempt([{ do: "init", options }], { env: { RUNTIME_DIRECTORY: path } });
  },
  "a driver cannot be loaded": refused("-l", "0", "-d", "/no/such.so"),
  "there is no driver for a device": async (context) => [
    ...await refused("-l", "0", "--vdev=net_nonexist")(context),
    ...await refused("-l", "0", "-a", "nonexist")(context),
  ],
  "this user may not use the hugepages": {
    skip: whyNot(ATTEMPTS),
    play: async (context) => {
      const options = { filePrefix: takePrefix(context), noPci: true, memory: 16 };
      const env = environmentOf([{ do: "init", options }]);
      const child = spawnNobody(homeOf(context), scriptCommand(ATTEMPTS), env);
      return refusals(await child.result);
    },
  },
  "there are no free hugepages to use": refused("-l", "0", "--huge-dir=/no/such"),
  "the memory asked for is not free": refused("-l", "0", "-m", "99999999"),
  "another primary is running under this file prefix": async (context) => {
    const file = `${directory(context)}/slip`;
    writeFileSync(file, "");
    const options = { filePrefix: takePrefix(context), noPci: true, memory: 16 };
    const env = { LD_PRELOAD: compileC(LOCKED, ["-shared", "-fPIC"]), SLIP_FILE: file };
    return await attempt([{ do: "init", options }], { env });
  },
  "this process has loaded a library that the primary has not": async (context) => {
    const prefix = takePrefix(context);
    await primary(context, prefix);
    const { directory: path, abi } = installation();
    return await init(secondary(prefix, { args: ["-d", `${path}/librte_fib.so.${abi.number}`] }));
  },
  "EAL gave no reason": (context) => slipped(context, "the config", { logLevel: "1" }),
};
