import { decodeLink } from "../../ffi/ethdev/link.ts";
import { experimentalSymbols } from "../../ffi/ethdev/experimental.ts";
import { interruptBits } from "../../ffi/ethdev/conf.ts";
import { assert, compileC, ealCase, test } from "../kit.ts";
import { dialog } from "../peers/dialog.ts";

ealCase(
  "bit-fields are where the compiler puts them",
  async ({ prefix }) => {
    const c = await dialog(
      "view_ethdev",
      prefix,
      "--proc-type=primary",
      ...["--no-huge", "--no-shconf", "-m", "16"],
    );
    for (const speed of [0, 10, 25000, 0xffffffff]) {
      for (let i = 0; i < 8; i++) {
        const bits = [i & 1, (i >> 1) & 1, i >> 2];
        const [link, conf] = await c.ask(`bits ${speed} ${bits.join(" ")}`);
        const bytes = Uint8Array.from(link!.trim().split(" "), Number);
        assert.deepEqual(decodeLink(new DataView(bytes.buffer)), {
          up: bits[2] === 1,
          speedMbps: speed === 0xffffffff ? undefined : speed,
          duplex: bits[0] === 1 ? "full" : "half",
          autoneg: bits[1] === 1,
        });
        // Of the whole struct, nothing but the first byte of intr_conf is set.
        const { lsc, rxInterrupts, rmv } = interruptBits();
        const all = bits[0]! * lsc + bits[1]! * rxInterrupts + bits[2]! * rmv;
        assert.equal(conf!.trim(), all === 0 ? "" : `0 ${all}`);
      }
    }
    await c.end();
  },
);

test("every prototype of an experimental function is that of the installed headers", () => {
  const lines = Object.entries(experimentalSymbols).map(([name, prototype]) => {
    const open = prototype.indexOf("(");
    return `${prototype.slice(0, open)} (*p_${name})${prototype.slice(open)} = ${name};`;
  });
  const source = [
    "#define ALLOW_EXPERIMENTAL_API",
    "#include <rte_ethdev.h>",
    ...lines,
    "int main(void) { return 0; }",
  ];
  compileC(source.join("\n"), ["-O0", "-Werror", "-Wincompatible-pointer-types"]);
  assert.equal(lines.length > 0, true);
});
