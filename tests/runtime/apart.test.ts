import { apart, runtime } from "../../ffi/runtime/mod.ts";
import { libc } from "../../ffi/core/mod.ts";
import { assert, test } from "../kit.ts";

const COMPARE = "int (const void *a, const void *b, uint16_t n)";

function linked(symbol: string) {
  const handle = libc().dlopen("libc.so.6", 2);
  const call = runtime.address(libc().dlsym(handle, symbol));
  return runtime.link({ call }, { call: COMPARE }).call;
}

test("a function apart does what the function does, and no two have one text", () => {
  const bytes = new Uint8Array(new ArrayBuffer(16));
  bytes.set([1, 2, 3, 4, 1, 2, 9, 4]);
  const a = runtime.pointerTo(bytes.buffer);
  const b = runtime.pointer(runtime.address(a) + 4);
  const calls = ["memcmp", "strncmp"].map((symbol) => apart(linked(symbol), 3));
  for (const call of calls) {
    assert.equal(call(a, b, 2), 0);
    assert.equal(call(a, b, 3) < 0, true);
    assert.equal(call(b, a, 3) > 0, true);
    assert.equal(call.length, 3);
  }
  const texts = calls.map((call) => Function.prototype.toString.call(call));
  assert.equal(new Set(texts).size, texts.length);
});
