import { Eal, Mempool, Ring } from "../../mod.ts";
import { assert, ealCase } from "../kit.ts";

ealCase("option values that are none are refused, and leave nothing behind", {
  args: ["--no-huge", "--no-shconf"],
}, ({ args }) => {
  using _eal = Eal.init(args);
  const path = { path: "natve" as "native" };
  const check = { check: "al" as "all" };
  const wrongPath = {
    name: "TypeError",
    message: 'Cannot use "natve" as path: there are native, inline',
  };
  const wrongCheck = {
    name: "TypeError",
    message: 'Cannot use "al" as check: there are ends, all',
  };

  assert.throws(() => Ring.create("ring", 64, path), wrongPath);
  assert.throws(() => Ring.lookup("ring"), { code: "ENOENT" });
  using _ring = Ring.create("ring", 64);
  assert.throws(() => Ring.lookup("ring", path), wrongPath);
  assert.throws(() => Ring.lookup("ring", { pat: "native" } as object), {
    name: "TypeError",
    message: /"pat" of Ring\.lookup: it is unknown; there are path/,
  });

  assert.throws(() => Mempool.create("pool", 63, 64, check), wrongCheck);
  assert.throws(() => Mempool.lookup("pool"), { code: "ENOENT" });
  using pool = Mempool.create("pool", 63, 64);
  assert.throws(() => Mempool.lookup("pool", check), wrongCheck);
  assert.throws(() => pool.cursor().moveTo(-8), {
    name: "RangeError",
    message: /no such pointer or address/,
  });
});
