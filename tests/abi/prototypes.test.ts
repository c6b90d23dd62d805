import { abi } from "../../ffi/abi/mod.ts";
import { parse } from "../../ffi/runtime/mod.ts";
import { assert, compileC, describe, spawnProgram, test } from "../kit.ts";
import { compareCalls, integersOfOtherWidth } from "./oracle/symbol_program.ts";
import { complaint } from "./prototypes/complaint.ts";
import { comparePointers, pointers } from "./prototypes/pointers.ts";
import { isExport, type Prototype, prototypes, prototypesIn, typesOf } from "./prototypes/scan.ts";

const all = prototypes();
const uses = pointers(abi());
const isPointer = ({ text }: Prototype): boolean => uses.some(({ ours }) => ours === text);

type Native = ReturnType<typeof parse>["result"];

/** How wide a value is as FFI hands it over, in bytes, and whether it has a sign. */
const WIDTHS: Readonly<Partial<Record<Native, readonly [bytes: number, signed: boolean]>>> = {
  bool: [1, false],
  i8: [1, true],
  u8: [1, false],
  i16: [2, true],
  u16: [2, false],
  i32: [4, true],
  u32: [4, false],
  i64: [8, true],
  u64: [8, false],
  ssize: [8, true],
  size: [8, false],
  f32: [4, true],
  f64: [8, true],
};

const bytesOf = (native: Native): number => WIDTHS[native]?.[0] ?? 8;

/** What a prototype's parameters, and its result, take of registers. */
const shapeOf = (text: string): number[] => {
  const { parameters, result } = parse(text);
  return [...parameters, ...(result === "void" ? [] : [result])].map(bytesOf);
};

test("every C type of every prototype is as wide, and as signed, as FFI hands it over", async () => {
  const types = [
    ...new Set(all.flatMap(({ text }) => {
      const { result, parameters } = typesOf(text);
      assert.equal(parameters.length, parse(text).parameters.length, text);
      return [result, ...parameters];
    })),
  ].filter((type) => type !== "void" && !/[*]/.test(type));
  assert.equal(types.length > 12, true, types.join());
  const program = compileC(
    `#include <stdbool.h>
     #include <stdio.h>
     #include <sys/types.h>
     #include <rte_common.h>
     #include <rte_eal.h>
     #include <rte_ethdev.h>
     #include <rte_lcore.h>
     int main(void) {
       ${
      types.map((type) => `printf("%zu %d\\n", sizeof(${type}), (${type})-1 < (${type})1);`).join(
        "\n",
      )
    }
       return 0;
     }`,
    ["-O0", "-w"],
  );
  const answers = (await spawnProgram(program).result).stdout.trim().split("\n");
  const inC = types.map((type, i) => `${type}: ${answers[i]}`);
  const here = types.map((type, i) => {
    const [bytes, signed] = WIDTHS[parse(`${type} (void)`).result]!;
    // An enumeration's sign is the compiler's choice; its values are small and fit both.
    const sign = type.startsWith("enum ") ? answers[i]!.split(" ")[1] : Number(signed);
    return `${type}: ${bytes} ${sign}`;
  });
  assert.deepEqual(here, inC);
});

describe("functions that are called by address, and callbacks", () => {
  test("are what DPDK has, or takes, there", () => {
    comparePointers(uses);
    for (const { ours, exactly = ours } of uses) {
      assert.deepEqual(shapeOf(ours), shapeOf(exactly), ours);
    }
  });

  test("are all compared", () => {
    const texts = new Set(all.map(({ text }) => text));
    assert.deepEqual(uses.filter(({ ours }) => !texts.has(ours)), []);
    const unnamed = all.filter(({ key }) => key === "");
    assert.equal(unnamed.length > 8, true);
    assert.deepEqual(unnamed.filter((one) => !isPointer(one)), []);
  });

  test("that are wrong are found", () => {
    const [burst] = uses as [typeof uses[0]];
    for (
      const [from, to] of [
        ["uint16_t nb_pkts", "uint32_t nb_pkts"],
        ["uint16_t nb_pkts", "int16_t nb_pkts"],
        [", uint16_t nb_pkts", ""],
        ["uint16_t (", "int ("],
      ] as const
    ) {
      const ours = burst.ours.replace(from, to);
      assert.notEqual(ours, burst.ours);
      assert.match(complaint(() => comparePointers([{ ...burst, ours }])), /incompatible pointer/);
    }
    assert.notDeepEqual(shapeOf("int (void *a)"), shapeOf("uint64_t (void *a)"));
    assert.notDeepEqual(shapeOf("int (size_t a)"), shapeOf("int (int a)"));
  });
});

/** Functions of libc that take anything after these many parameters. */
const VARIADIC = { fcntl: 2, open: 2, openat: 3, syscall: 1 };

describe("functions of libc", () => {
  // memcpy's size is handed over as a pointer, which is as wide, and its result is not looked at.
  const MEMCPY = "void (void *to, const void *from, const void *size)";
  const libc = all.filter((one) =>
    one.key !== "" && !isExport(one) && !isPointer(one) && one.text !== MEMCPY
  ).map(({ key, text }) => [key, text] as const);

  test("take and give what glibc's headers say", () => {
    assert.equal(libc.length > 60, true);
    compareCalls(libc);
    compareCalls([["memcpy", "void * (void *to, const void *from, size_t size)"]]);
    assert.deepEqual(shapeOf(MEMCPY), shapeOf("void (void *to, const void *from, size_t size)"));
  });

  test("take nothing wider, and give nothing narrower", () => {
    assert.deepEqual(integersOfOtherWidth(libc, VARIADIC), []);
  });

  test("that are wrong are found", () => {
    const said = complaint(() =>
      compareCalls([
        ["read", "int (int fd, void *buf, size_t count)"],
        ["close", "int (long fd)"],
        ["umask", "int (unsigned int mask)"],
        ["getpid", "int (int pid)"],
        ["access", "int (const char *pathname, int mode)"],
      ])
    );
    assert.match(said, /w0_read[^]*may change value/);
    assert.match(said, /w1_close[^]*may change value/);
    assert.match(said, /w2_umask[^]*may change the sign/);
    assert.match(said, /w3_getpid[^]*too many arguments/);
    assert.doesNotMatch(said, /w4_access/);
    const wrong = [
      ["read", "ssize_t (int fd, void *buf, unsigned int count)"],
      ["close", "long (int fd)"],
      ["usleep", "int (unsigned int microseconds)"],
    ] as const;
    assert.deepEqual(integersOfOtherWidth(wrong, VARIADIC), [
      "count of read",
      "the result of close",
    ]);
  });
});

test("prototypes are found wherever they stand, but for comments", () => {
  const text = `
    /** \`"int (int a)"\` */
    // "int (int b)"
    const A = { close: "int (int fd)", rte_a:
      "void * (const char *name, void (*f)(int, void *), size_t n)" };
    const B = "uint16_t (void *queue)", C = "no prototype (at all)";
  `;
  assert.deepEqual(prototypesIn("a.ts", text).map(({ key, text }) => [key, text]), [
    ["close", "int (int fd)"],
    ["rte_a", "void * (const char *name, void (*f)(int, void *), size_t n)"],
    ["", "uint16_t (void *queue)"],
  ]);
  assert.deepEqual(typesOf("void * (const char *name, void (*f)(int, void *), size_t n)"), {
    result: "void *",
    parameters: ["const char *", "void *", "size_t"],
  });
});
