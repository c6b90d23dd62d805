// Records a group of the installed DPDK for outside_releases.test.ts: tests/inspect/recorded/<release>.json.br.
// Usage, as root, on Deno or Bun: record_group.ts

import { abi } from "../../../ffi/abi/mod.ts";
import { Inspector } from "../../../mod.ts";
import { filesOf } from "../copies.ts";
import { inspected } from "../outside.ts";
import { writeRecorded } from "../recorded.ts";

const cleanups: (() => unknown)[] = [];
const group = await inspected({ cleanup: (action) => void cleanups.push(action) });
try {
  const said: [string, string[]][] = [];
  for (
    const line of [
      "ring mt 64 0",
      "ring st 64 3",
      "ring rts 1024 24",
      "ring hts 64 96",
      "fill mt 63",
      "fill st 20",
      "fill rts 700",
      "pool pool 500 16",
      "get pool 40",
      "send hts 12",
      "half hts 3",
    ]
  ) said.push([line, await group.ask(line)]);
  writeRecorded(abi().release, {
    filePrefix: group.prefix,
    version: Inspector.open({ filePrefix: group.prefix }).snapshot().version,
    said,
    files: filesOf(group.prefix),
  });
} finally {
  for (const action of cleanups.reverse()) await action();
}
