import { assert, test } from "../kit.ts";
import { scan } from "./rules/scan.ts";
import { repositorySources } from "./rules/sources.ts";

test("only walks, which call back before they return, are given functions of the script", () => {
  // DPDK's own threads call what the bridge makes; a function of the script would run on them, or
  // make them wait for it.
  const users = [...repositorySources()]
    .filter(([path]) => path.startsWith("ffi/") && !path.startsWith("ffi/runtime/"))
    .filter(([, source]) => /runtime\s*\.\s*callback\b/.test(scan(source).code))
    .map(([path]) => path);
  assert.deepEqual(users.sort(), [
    "ffi/eal/devices.ts",
    "ffi/mempool/memory.ts",
    "ffi/mempool/mempool.ts",
    "ffi/memzone/memzone.ts",
  ]);
});
