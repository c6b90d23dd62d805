import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { removeOwnFiles } from "../../ffi/eal/leftovers.ts";
import { assert, test } from "../kit.ts";

const { pid } = process;
const SHARED = ["config", "fbarray_memseg-2048k-0-0", "fbarray_memzone", "hugepage_info"];
const LIST = "fbarray_memseg-2048k-0-0";
const OTHERS = [`${LIST}_1${pid}`, `${LIST}_${pid}1_3dd9b`, `${LIST}_1${pid}_3d`, "mp_socket_1_3d"];

for (const [releases, list] of [["22.11", `${LIST}_${pid}`], ["24.11", `${LIST}_${pid}_3dd9b07`]]) {
  test(`a secondary removes its own files, as ${releases} names them, and no others`, ({ cleanup }) => {
    const folder = mkdtempSync(join(tmpdir(), "dpdk-ts-files-"));
    cleanup(() => rmSync(folder, { recursive: true }));
    const kept = [...SHARED, ...OTHERS, "mp_socket", "dpdk_telemetry.v2"].sort();
    for (const name of [...kept, list!, `mp_socket_${pid}_3dd9ae`]) {
      writeFileSync(join(folder, name), "");
    }
    removeOwnFiles(folder, false);
    assert.deepEqual(readdirSync(folder).sort(), kept);
    removeOwnFiles(folder, true);
    assert.deepEqual(readdirSync(folder).sort(), [...SHARED, ...OTHERS].sort());
  });
}
