// A whole DPDK where the dynamic linker does not look, built for that place: its drivers are there, too.

import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { installation } from "../../ffi/abi/mod.ts";
import { assert, outcome, test } from "../kit.ts";
import { cannotHide as skip, hidden } from "./hidden.ts";

const SCRIPT = fileURLToPath(new URL("./fixtures/elsewhere.ts", import.meta.url));

const THERE = "/opt/dpdk/lib";
const USUAL = `/usr/lib/${basename(installation().directory)}`;

/** Puts all of DPDK there. EAL's own path of its drivers is as long as before, by slashes. */
const MOVE = `
  mount -t tmpfs -o mode=755 none /opt
  mkdir -p ${THERE}
  cp -a "$LIBS"/librte_*.so* "$LIBS"/dpdk "$W"/real/librte_eal.so* ${THERE}
  sed -i 's#${USUAL}/dpdk/pmds#${THERE.padEnd(USUAL.length, "/")}/dpdk/pmds#' \\
    "$(readlink -f ${THERE}/librte_eal.so.${installation().abi.number})"
  rm "$LIBS"/librte_*.so*
`;

for (
  const [how, before] of [
    ["usual directory", ""],
    ["DPDK_LIB_DIR", `export DPDK_LIB_DIR=${THERE}`],
    [
      "pkg-config",
      `
      printf 'libdir=${THERE}\\n' > "$W/pc/libdpdk.pc"
      export PKG_CONFIG_PATH="$W/pc"
    `,
    ],
  ] as const
) {
  test(`is opened from there, found by ${how}, and so are its drivers`, { skip }, async () => {
    const result = await hidden(SCRIPT, MOVE + before);
    assert.equal(result.code, 0, outcome(result));
    assert.deepEqual(JSON.parse(result.stdout), {
      ...{ directory: THERE, how, free: 63, objects: 63 },
    });
  });
}
