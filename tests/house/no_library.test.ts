import { fileURLToPath } from "node:url";
import { assert, outcome, RUNTIMES, spawnScript, test } from "../kit.ts";

const SCRIPT = fileURLToPath(new URL("./fixtures/import_only.ts", import.meta.url));

/** DPDK's libraries among those that the script says are mapped. */
const dpdk = (stdout: string): string[] =>
  stdout.split("\n").filter((path) => path.includes("librte_"));

for (const runtime of RUNTIMES) {
  test(`importing mod.ts on ${runtime} opens no library`, async () => {
    const result = await spawnScript(runtime, SCRIPT).result;
    assert.equal(result.code, 0, outcome(result));
    assert.match(result.stdout, /libc\.so/, "the script lists what is mapped");
    assert.deepEqual(dpdk(result.stdout), []);
  });
}

test("a library that is open would be seen", () => {
  assert.deepEqual(dpdk("/lib/libc.so.6\n/lib/librte_eal.so.23\n"), ["/lib/librte_eal.so.23"]);
});
