import { spawnSync } from "node:child_process";
import { struct, type StructBytes, type StructValue } from "../../mod.ts";
import { compareLayouts } from "../abi/oracle/layout_program.ts";
import { assert, compileC, describe, test } from "../kit.ts";
import { type Specimen, specimens } from "./fixtures/random_structs.ts";

const SharedInfo = struct("struct shared_info", {
  force_quit: "uint32_t",
  request_count: "uint64_t",
  async_request_count: "uint64_t",
}, { align: 64 });

const Port = struct("struct port", { id: "uint16_t", queue: "uint8_t", mac: "uint8_t[6]" });

const Header = struct("struct header", {
  kind: "uint8_t",
  length: "uint32_t",
  sequence: "uint64_t",
}, { packed: true });

const Everything = struct("struct everything", {
  header: Header,
  letter: "char",
  name: "char[16]",
  names: "char[3][8]",
  on: "bool",
  small: "int16_t",
  delta: "int64_t",
  ratio: "float",
  precise: "double",
  length: "size_t",
  next: "struct everything *",
  objects: "void *[2]",
  counts: "uint32_t[4]",
  totals: "uint64_t[2]",
  table: "int16_t[2][3]",
  flags: "bool[3]",
  one: Port,
  ports: [Port, 3],
  info: SharedInfo,
});

/** The same structs for C. */
const DECLARATIONS = `
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <rte_common.h>
struct shared_info {
	uint32_t force_quit;
	uint64_t request_count;
	uint64_t async_request_count;
} __rte_cache_aligned;
struct port { uint16_t id; uint8_t queue; uint8_t mac[6]; };
struct header { uint8_t kind; uint32_t length; uint64_t sequence; } __rte_packed;
struct everything {
	struct header header;
	char letter;
	char name[16];
	char names[3][8];
	bool on;
	int16_t small;
	int64_t delta;
	float ratio;
	double precise;
	size_t length;
	struct everything *next;
	void *objects[2];
	uint32_t counts[4];
	uint64_t totals[2];
	int16_t table[2][3];
	bool flags[3];
	struct port one;
	struct port ports[3];
	struct shared_info info;
};
`;

type Everything = StructValue<typeof Everything>;

const SAMPLE: Everything = {
  header: { kind: 255, length: 0xfedcba98, sequence: 2n ** 64n - 1n },
  letter: -128,
  name: "fünfzehn bytes",
  names: ["one", "", "seven c"],
  on: true,
  small: -32768,
  delta: -(2n ** 63n),
  ratio: Math.fround(0.1),
  precise: Math.PI,
  length: 2 ** 53 - 1,
  next: 0x7fff_dead_beef,
  objects: [0, 2 ** 47],
  counts: [0, 1, 2 ** 31, 2 ** 32 - 1],
  totals: [1n, 2n ** 63n],
  table: [[1, -2, 3], [-4, 5, -32768]],
  flags: [true, false, true],
  one: { id: 65535, queue: 7, mac: Uint8Array.of(1, 2, 3, 4, 5, 6) },
  ports: [
    { id: 1, queue: 2, mac: Uint8Array.of(0, 0, 0, 0, 0, 1) },
    { id: 3, queue: 4, mac: Uint8Array.of(255, 255, 255, 255, 255, 255) },
    { id: 5, queue: 6, mac: new Uint8Array(6) },
  ],
  info: { force_quit: 1, request_count: 2n, async_request_count: 3n },
};

/** What C prints of {@linkcode SAMPLE}. */
const PRINTED = [
  "header 255 4275878552 18446744073709551615",
  "letter -128",
  "name [fünfzehn bytes]",
  "names [one] [] [seven c]",
  "on 1 small -32768 delta -9223372036854775808",
  "ratio 0x1.99999ap-4 precise 0x1.921fb54442d18p+1",
  "length 9007199254740991 next 0x7fffdeadbeef",
  "objects (nil) 0x800000000000",
  "counts 0 1 2147483648 4294967295",
  "totals 1 9223372036854775808",
  "table 1 -2 3 -4 5 -32768",
  "flags 1 0 1",
  "one 65535 7 1:2:3:4:5:6",
  "port 1 2 0:0:0:0:0:1",
  "port 3 4 255:255:255:255:255:255",
  "port 5 6 0:0:0:0:0:0",
  "info 1 2 3",
];

/** Runs a program, and returns what it prints. */
function run(
  program: string,
  args: readonly string[],
  input?: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const { status, stdout } = spawnSync(program, [...args], { input, maxBuffer: 2 ** 26 });
  assert.equal(status, 0, program);
  return new Uint8Array(stdout);
}

const lines = (bytes: Uint8Array): string[] => new TextDecoder().decode(bytes).trim().split("\n");

describe("against C", () => {
  const reader = compileC(
    `${DECLARATIONS}
     static void port(const char *what, const struct port *p)
     {
       printf("%s %u %u %u:%u:%u:%u:%u:%u\\n", what, p->id, p->queue, p->mac[0], p->mac[1],
              p->mac[2], p->mac[3], p->mac[4], p->mac[5]);
     }
     int main(int argc, char **argv)
     {
       struct everything e;
       (void)argv;
       memset(&e, 0, sizeof(e));
       if (argc > 1) {
         e.header.kind = 255; e.header.length = 0xfedcba98; e.header.sequence = UINT64_MAX;
         e.letter = -128;
         strcpy(e.name, "fünfzehn bytes");
         strcpy(e.names[0], "one"); strcpy(e.names[2], "seven c");
         e.on = true; e.small = INT16_MIN; e.delta = INT64_MIN;
         e.ratio = 0.1f; e.precise = 3.141592653589793;
         e.length = ((size_t)1 << 53) - 1; e.next = (void *)0x7fffdeadbeefUL;
         e.objects[1] = (void *)(1UL << 47);
         e.counts[1] = 1; e.counts[2] = 1U << 31; e.counts[3] = UINT32_MAX;
         e.totals[0] = 1; e.totals[1] = 1ULL << 63;
         e.table[0][0] = 1; e.table[0][1] = -2; e.table[0][2] = 3;
         e.table[1][0] = -4; e.table[1][1] = 5; e.table[1][2] = INT16_MIN;
         e.flags[0] = true; e.flags[2] = true;
         e.one = (struct port){ 65535, 7, { 1, 2, 3, 4, 5, 6 } };
         e.ports[0] = (struct port){ 1, 2, { 0, 0, 0, 0, 0, 1 } };
         e.ports[1] = (struct port){ 3, 4, { 255, 255, 255, 255, 255, 255 } };
         e.ports[2] = (struct port){ 5, 6, { 0 } };
         e.info.force_quit = 1; e.info.request_count = 2; e.info.async_request_count = 3;
         return fwrite(&e, sizeof(e), 1, stdout) == 1 ? 0 : 1;
       }
       if (fread(&e, sizeof(e), 1, stdin) != 1) return 1;
       printf("header %u %u %lu\\n", e.header.kind, e.header.length, e.header.sequence);
       printf("letter %d\\nname [%s]\\n", e.letter, e.name);
       printf("names [%s] [%s] [%s]\\n", e.names[0], e.names[1], e.names[2]);
       printf("on %d small %d delta %ld\\n", e.on, e.small, e.delta);
       printf("ratio %a precise %a\\n", (double)e.ratio, e.precise);
       printf("length %zu next %p\\n", e.length, (void *)e.next);
       printf("objects %p %p\\n", e.objects[0], e.objects[1]);
       printf("counts %u %u %u %u\\n", e.counts[0], e.counts[1], e.counts[2], e.counts[3]);
       printf("totals %lu %lu\\n", e.totals[0], e.totals[1]);
       printf("table %d %d %d %d %d %d\\n", e.table[0][0], e.table[0][1], e.table[0][2],
              e.table[1][0], e.table[1][1], e.table[1][2]);
       printf("flags %d %d %d\\n", e.flags[0], e.flags[1], e.flags[2]);
       port("one", &e.one);
       for (int i = 0; i < 3; i++) port("port", &e.ports[i]);
       printf("info %u %lu %lu\\n", e.info.force_quit, e.info.request_count,
              e.info.async_request_count);
       return 0;
     }`,
    ["-O0"],
  );

  test("a struct that is encoded here is read there", () => {
    assert.deepEqual(lines(run(reader, [], Everything.encode(SAMPLE))), PRINTED);
  });

  test("a struct that is written there is decoded here", () => {
    const bytes = run(reader, ["write"]);
    assert.equal(bytes.length, Everything.size);
    assert.deepEqual(Everything.decode(bytes), SAMPLE);
  });

  const random = specimens(20, 32);
  const { layouts, images } = referee(random);

  test("32 random structs, every type among them, lie as a compiler lays them out", () => {
    const ours = random.map(({ descriptor: { size, align, fields } }) => [
      size,
      align,
      ...Object.values(fields).flatMap((field) => [field.offset, field.size]),
    ]);
    assert.deepEqual(ours, layouts);
    const options = random.map(({ declaration }) => declaration.split("}")[1]!);
    for (const attribute of ["__rte_packed", "__rte_aligned(64)", "__rte_packed __rte_aligned"]) {
      assert.equal(options.some((text) => text.includes(attribute)), true, attribute);
    }
  });

  test("random values are encoded as C stores them, and decoded back", () => {
    random.forEach(({ descriptor, value, fieldNames }, i) => {
      // The types are not known here.
      const any = descriptor as typeof SharedInfo;
      const image = images[i]!;
      assert.deepEqual(any.encode(value), image, any.type);
      assert.deepEqual(any.decode(image), value, any.type);
      const target = new DataView(new ArrayBuffer(any.size));
      for (const name of fieldNames as ["force_quit"]) {
        any.set(target, name, value[name] as number);
        assert.deepEqual(any.get(target, name), value[name], `${name} of ${any.type}`);
      }
      assert.deepEqual(new Uint8Array(target.buffer), image, any.type);
    });
  });

  test("structs of DPDK's own are as its headers have them", () => {
    const Message = struct("struct rte_mp_msg", {
      name: "char[64]",
      len_param: "int",
      num_fds: "int",
      param: "uint8_t[256]",
      fds: "int[8]",
    });
    const Reply = struct("struct rte_mp_reply", {
      nb_sent: "int",
      nb_received: "int",
      msgs: "struct rte_mp_msg *",
    });
    const Address = struct("struct rte_ether_addr", { addr_bytes: "uint8_t[6]" }, { align: 2 });
    const Ethernet = struct("struct rte_ether_hdr", {
      dst_addr: Address,
      src_addr: Address,
      ether_type: "uint16_t",
    }, { align: 2 });
    const Stats = struct("struct rte_eth_stats", {
      ipackets: "uint64_t",
      opackets: "uint64_t",
      ibytes: "uint64_t",
      obytes: "uint64_t",
      imissed: "uint64_t",
      ierrors: "uint64_t",
      oerrors: "uint64_t",
      rx_nombuf: "uint64_t",
      q_ipackets: "uint64_t[16]",
      q_opackets: "uint64_t[16]",
      q_ibytes: "uint64_t[16]",
      q_obytes: "uint64_t[16]",
      q_errors: "uint64_t[16]",
    });
    const all = [
      { place: "ours", value: { ...Message, header: "rte_eal.h" } },
      { place: "ours", value: { ...Reply, header: "rte_eal.h" } },
      { place: "ours", value: { ...Ethernet, header: "rte_ether.h" } },
      { place: "ours", value: { ...Stats, header: "rte_ethdev.h" } },
    ];
    const { compared, differences } = compareLayouts({ structs: all, constants: [] });
    assert.deepEqual(differences, []);
    assert.equal(compared, 4 + 2 * (5 + 3 + 3 + 13));
  });

  test("a wrong description is found", () => {
    const Reply = struct("struct rte_mp_reply", { nb_sent: "int", nb_received: "int64_t" });
    const value = { ...Reply, header: "rte_eal.h" };
    assert.deepEqual(
      compareLayouts({ structs: [{ place: "x", value }], constants: [] }).differences,
      [
        "x: offsetof(struct rte_mp_reply, nb_received) is 4 in C, and 8 here",
        "x: sizeof nb_received of struct rte_mp_reply is 4 in C, and 8 here",
      ],
    );
  });
});

/** What C says of structs: sizes and offsets, and the bytes of their values. */
function referee(all: readonly Specimen[]): { layouts: number[][]; images: Uint8Array[] } {
  const program = compileC(
    [
      ...["stdbool.h", "stddef.h", "stdint.h", "stdio.h", "string.h", "sys/types.h", "rte_common.h"]
        .map((header) => `#include <${header}>`),
      ...all.map(({ declaration }) => declaration),
      ...all.flatMap(({ tag, fieldNames, statements }) => [
        `static void ${tag}(void)`,
        "{",
        `static struct ${tag} s;`,
        `printf("%zu %zu", sizeof(s), _Alignof(struct ${tag}));`,
        ...fieldNames.map((f) =>
          `printf(" %zu %zu", offsetof(struct ${tag}, ${f}), sizeof(s.${f}));`
        ),
        'printf("\\n");',
        ...statements,
        "for (size_t i = 0; i < sizeof(s); i++)",
        '\tprintf("%02x", ((unsigned char *)&s)[i]);',
        'printf("\\n");',
        "}",
      ]),
      "int main(void)",
      "{",
      ...all.map(({ tag }) => `\t${tag}();`),
      "\treturn 0;",
      "}",
      "",
    ].join("\n"),
    ["-O0"],
  );
  const printed = lines(run(program, []));
  return {
    layouts: all.map((_, i) => printed[2 * i]!.split(" ").map(Number)),
    images: all.map((_, i) =>
      Uint8Array.from(printed[2 * i + 1]!.match(/../g)!, (hex) => parseInt(hex, 16))
    ),
  };
}

describe("a descriptor", () => {
  test("says what C's sizeof, alignof and offsetof say", () => {
    assert.deepEqual(
      [SharedInfo.type, SharedInfo.size, SharedInfo.align],
      ["struct shared_info", 64, 64],
    );
    assert.deepEqual(SharedInfo.fields, {
      force_quit: { offset: 0, size: 4 },
      request_count: { offset: 8, size: 8 },
      async_request_count: { offset: 16, size: 8 },
    });
    assert.deepEqual([Header.size, Header.align, Header.fields.sequence.offset], [13, 1, 5]);
    const both = struct("x", { a: "uint8_t", b: "uint64_t" }, { packed: true, align: 4 });
    assert.deepEqual([both.size, both.align, both.fields.b.offset], [12, 4, 1]);
    const natural = struct("x", { a: "uint8_t", b: "uint64_t" }, { align: 2, packed: false });
    assert.deepEqual([natural.size, natural.align], [16, 8], "an alignment only grows");
  });

  test("does not change", () => {
    assert.throws(() => ((SharedInfo as { size: number }).size = 1), TypeError);
    assert.throws(() => ((SharedInfo.fields.force_quit as { size: number }).size = 1), TypeError);
    assert.throws(() => {
      (SharedInfo.fields as { force_quit: unknown }).force_quit = { offset: 4, size: 4 };
    }, TypeError);
  });

  test("takes names that objects have by themselves", () => {
    const Odd = struct("struct odd", {
      constructor: "int",
      toString: "int",
      hasOwnProperty: "int",
    });
    const value = { constructor: 1, toString: 2, hasOwnProperty: 3 };
    assert.deepEqual({ ...Odd.decode(Odd.encode(value)) }, value);
    const bytes = Odd.encode(value);
    Odd.write(bytes, {});
    assert.deepEqual({ ...Odd.decode(bytes) }, value, "what an object inherits is not its own");
    assert.throws(() => SharedInfo.get(new Uint8Array(64), "toString" as "force_quit"), {
      message: /^Cannot use field "toString" of struct shared_info: it is unknown; there are force/,
    });
  });

  test("is of known types only", () => {
    const bad = [
      ...["", "uint31_t", "u32", "void", "struct x", "uint32_t ", "const int", "int:3", "toString"],
      ...["char[]", "char[0]", "char[-1]", "char[1.5]", "char[0x10]", "char[4", "char[4]x", "[4]"],
      ...[
        "uint8_t[4]*",
        "*",
        "int[4][]",
        "char[1e3]",
        "4 *",
        "unsigned[4] int",
        "long double",
        "int (*)(void)",
      ],
    ];
    for (const type of bad) {
      assert.throws(() => struct("struct s", { a: "int", b: type as "int" }), {
        name: "TypeError",
        message: `Cannot describe b of struct s: unknown C type "${type}"`,
      });
    }
    const others = [
      1,
      null,
      undefined,
      {},
      { ...Port },
      [Port],
      [Port, 1, 2],
      ["int", 2],
      [],
      () => 0,
    ];
    for (const type of others as unknown[]) {
      assert.throws(() => struct("struct s", { b: type as "int" }), {
        name: "TypeError",
        message:
          "Cannot describe b of struct s: it is no C type, no struct and no [struct, length]",
      });
    }
  });

  test("is refused when it cannot be in C", () => {
    const cases: readonly (readonly [() => unknown, string, string])[] = [
      [
        () => struct("", { a: "int" }),
        "TypeError",
        'Cannot describe a struct: "" is no name of one',
      ],
      [
        () => struct(1 as never, { a: "int" }),
        "TypeError",
        "Cannot describe a struct: 1 is no name of one",
      ],
      [() => struct("s", {}), "TypeError", "Cannot describe s: it has no fields"],
      [
        () => struct("s", null as never),
        "TypeError",
        "Cannot describe s: null is no object of its fields",
      ],
      [
        () => struct("s", { "1": "int" }),
        "TypeError",
        "Cannot describe 1 of s: that is no name of a field",
      ],
      [
        () => struct("s", { "a b": "int" }),
        "TypeError",
        "Cannot describe a b of s: that is no name of a field",
      ],
      [
        () => struct("s", { ["__proto__"]: "int" }),
        "TypeError",
        "Cannot describe __proto__ of s: that is no name of a field",
      ],
      [
        () => struct("s", { a: [Port, 0] }),
        "RangeError",
        "Cannot use 0 as the length of a of s: it must be an integer from 1 to 1073741824",
      ],
      [
        () => struct("s", { a: [Port, 1.5] }),
        "RangeError",
        "Cannot use 1.5 as the length of a of s: it must be an integer from 1 to 1073741824",
      ],
      [
        () => struct("s", { a: "char[1073741825]" }),
        "RangeError",
        "Cannot describe s: it has more than 1073741824 bytes",
      ],
      [
        () => struct("s", { a: "uint64_t[999999999][999999999]" }),
        "RangeError",
        "Cannot describe s: it has more than 1073741824 bytes",
      ],
      [
        () => struct("s", { a: `char[${"9".repeat(400)}]` as "int" }),
        "RangeError",
        "Cannot describe s: it has more than 1073741824 bytes",
      ],
      [
        () => struct("s", { a: "int" }, { align: 3 }),
        "RangeError",
        "Cannot use 3 as the alignment of s: it is no power of two",
      ],
      [
        () => struct("s", { a: "int" }, { align: 0 }),
        "RangeError",
        "Cannot use 0 as the alignment of s: it must be an integer from 1 to 1048576",
      ],
      [
        () => struct("s", { a: "int" }, { packed: 1 as never }),
        "TypeError",
        "Cannot use 1 as packed of s: it is true or false",
      ],
      [
        () => struct("s", { a: "int" }, { pack: true } as never),
        "TypeError",
        'Cannot use option "pack" of struct("s"): it is unknown; there are align, packed',
      ],
    ];
    for (const [call, name, message] of cases) assert.throws(call, { name, message });
  });
});

describe("encode and decode", () => {
  test("give back what they are given", () => {
    assert.deepEqual(Everything.decode(Everything.encode(SAMPLE)), SAMPLE);
  });

  test("keep the limits of every integer type, and no more", () => {
    const limits = {
      i8: ["int8_t", -128, 127],
      u8: ["uint8_t", 0, 255],
      i16: ["int16_t", -32768, 32767],
      u16: ["uint16_t", 0, 65535],
      i32: ["int32_t", -(2 ** 31), 2 ** 31 - 1],
      u32: ["uint32_t", 0, 2 ** 32 - 1],
      signed: ["ssize_t", -(2 ** 53 - 1), 2 ** 53 - 1],
      size: ["size_t", 0, 2 ** 53 - 1],
      address: ["void *", 0, 2 ** 53 - 1],
    } as const;
    for (const [type, min, max] of Object.values(limits)) {
      const One = struct("struct one", { x: type });
      for (const x of [min, max]) assert.equal(One.decode(One.encode({ x })).x, x, type);
      const because = `as x of struct one: it must be an integer from ${min} to ${max}`;
      for (const x of [min - 1, max + 1, 0.5, NaN, Infinity, -Infinity]) {
        // Beyond 2^53 there are gaps: the neighbour has to be another number.
        const next = x === min || x === max ? 2 * x : x;
        assert.throws(() => One.encode({ x: next }), {
          name: "RangeError",
          message: `Cannot use ${next} ${because}`,
        });
      }
      for (
        const [x, text] of [["1", '"1"'], [1n, "1n"], [null, "null"], [undefined, "undefined"]]
      ) {
        assert.throws(() => One.encode({ x: x as never }), {
          name: "TypeError",
          message: `Cannot use ${text} ${because}`,
        });
      }
    }
    const bigLimits = {
      i64: ["int64_t", -(2n ** 63n), 2n ** 63n - 1n],
      u64: ["uint64_t", 0n, 2n ** 64n - 1n],
    } as const;
    for (const [type, min, max] of Object.values(bigLimits)) {
      const One = struct("struct one", { x: type });
      for (const x of [min, max]) assert.equal(One.decode(One.encode({ x })).x, x, type);
      const because = `as x of struct one: it must be a bigint from ${min} to ${max}`;
      for (const x of [min - 1n, max + 1n]) {
        assert.throws(() => One.encode({ x }), {
          name: "RangeError",
          message: `Cannot use ${x}n ${because}`,
        });
      }
      assert.throws(() => One.encode({ x: 1 as never }), {
        name: "TypeError",
        message: `Cannot use 1 ${because}`,
      });
    }
  });

  test("keep every double, and round to a float", () => {
    const Pair = struct("struct pair", { f: "float", d: "double" });
    for (const x of [0, -0, 1.1, 5e-324, Number.MAX_VALUE, Infinity, -Infinity, NaN]) {
      const { f, d } = Pair.decode(Pair.encode({ f: x, d: x }));
      assert.equal(Object.is(d, x), true);
      assert.equal(Object.is(f, Math.fround(x)), true);
    }
    assert.throws(() => Pair.encode({ f: "1" as never }), {
      name: "TypeError",
      message: 'Cannot use "1" as f of struct pair: it must be a number',
    });
  });

  test("make what is left out 0", () => {
    assert.deepEqual([...SharedInfo.encode({})], new Array(64).fill(0));
    const bytes = Everything.encode({ ports: [{}, { queue: 3 }], counts: [1], name: "a" });
    const { ports, counts, name, one } = Everything.decode(bytes);
    assert.deepEqual(ports.map(({ queue }) => queue), [0, 3, 0]);
    assert.deepEqual(counts, [1, 0, 0, 0]);
    assert.equal(name, "a");
    assert.deepEqual(one, { id: 0, queue: 0, mac: new Uint8Array(6) });
  });

  test("take typed arrays and plain ones", () => {
    const a = Everything.encode({
      counts: new Uint32Array([1, 2]),
      totals: BigUint64Array.of(3n),
      one: { mac: [1, 2, 3] },
      table: [new Int16Array([1]), [2, 3]],
    });
    const value = Everything.decode(a);
    assert.deepEqual(value.counts, [1, 2, 0, 0]);
    assert.deepEqual(value.totals, [3n, 0n]);
    assert.deepEqual(value.one.mac, Uint8Array.of(1, 2, 3, 0, 0, 0));
    assert.deepEqual(value.table, [[1, 0, 0], [2, 3, 0]]);
  });

  test("take texts that fit with their NUL", () => {
    const Named = struct("struct named", { name: "char[4]", after: "uint8_t" });
    for (const name of ["", "abc", "ü", "aü", "€"]) {
      assert.deepEqual(Named.decode(Named.encode({ name, after: 1 })), { name, after: 1 });
    }
    for (const [name, length] of [["abcd", 4], ["üü", 4], ["x".repeat(99), 99]] as const) {
      assert.throws(() => Named.encode({ name }), {
        name: "RangeError",
        message:
          `Cannot use "${name}" as name of struct named: it has ${length} bytes, at most 3 fit`,
      });
    }
    assert.throws(() => Named.encode({ name: "a\0" }), {
      name: "TypeError",
      message: 'Cannot use "a\\u0000" as name of struct named: it holds a NUL',
    });
    assert.throws(() => Named.encode({ name: 5 as never }), {
      name: "TypeError",
      message: "Cannot use 5 as name of struct named: it must be a string",
    });
    const bytes = new TextEncoder().encode("ab\0dx");
    assert.equal(Named.decode(bytes).name, "ab", "a text ends at its NUL");
    assert.equal(Named.decode(new TextEncoder().encode("abcdx")).name, "abcd", "or at the end");
    Named.write(bytes, { name: "z" });
    assert.deepEqual([...bytes], [0x7a, 0, 0, 0, 0x78], "nothing of the old text is left");
  });

  test("name the place of what is wrong", () => {
    const cases: readonly (readonly [unknown, string, string])[] = [
      [
        { quit: 1 },
        "TypeError",
        'Cannot use field "quit" of struct everything: it is unknown; there are header, letter, ',
      ],
      [
        { ports: [{}, { x: 1 }] },
        "TypeError",
        'Cannot use field "x" of struct port: it is unknown; there are id, queue, mac',
      ],
      [
        { one: { mac: [1, 256] } },
        "RangeError",
        "Cannot use 256 as one.mac[1] of struct everything: it must be an integer from 0 to 255",
      ],
      [
        { ports: [{}, {}, { id: -1 }] },
        "RangeError",
        "Cannot use -1 as ports[2].id of struct everything: it must be an integer from 0 to 65535",
      ],
      [
        { table: [[], [0, 0, 40000]] },
        "RangeError",
        "Cannot use 40000 as table[1][2] of struct everything: it must be an integer from -32768 to 32767",
      ],
      [
        { ports: [{}, {}, {}, {}] },
        "RangeError",
        "Cannot use an array as ports of struct everything: it has 4 elements, at most 3 fit",
      ],
      [
        { one: { mac: new Uint8Array(7) } },
        "RangeError",
        "Cannot use an array as one.mac of struct everything: it has 7 elements, at most 6 fit",
      ],
      [
        { counts: 5 },
        "TypeError",
        "Cannot use 5 as counts of struct everything: it must be an array",
      ],
      [
        { counts: { length: 1, 0: 1 } },
        "TypeError",
        "Cannot use an object as counts of struct everything: it must be an array",
      ],
      [
        { counts: new DataView(new ArrayBuffer(4)) },
        "TypeError",
        "Cannot use an object as counts of struct everything: it must be an array",
      ],
      [
        { counts: [, 1] },
        "TypeError",
        "Cannot use undefined as counts[0] of struct everything: it must be an integer from 0 to 4294967295",
      ],
      [
        { one: { mac: "abcdef" } },
        "TypeError",
        'Cannot use "abcdef" as one.mac of struct everything: it must be an array',
      ],
      [
        { names: ["a", "too long"] },
        "RangeError",
        'Cannot use "too long" as names[1] of struct everything: it has 8 bytes, at most 7 fit',
      ],
      [{ on: 1 }, "TypeError", "Cannot use 1 as on of struct everything: it must be true or false"],
      [
        { one: [] },
        "TypeError",
        "Cannot use an array as one of struct everything: it must be an object with fields of struct port",
      ],
      [
        { one: null },
        "TypeError",
        "Cannot use null as one of struct everything: it must be an object with fields of struct port",
      ],
      [
        { next: {} },
        "TypeError",
        "Cannot use an object as next of struct everything: it must be an integer from 0 to 9007199254740991",
      ],
      [
        { next: () => 0 },
        "TypeError",
        "Cannot use a function as next of struct everything: it must be an integer from 0 to 9007199254740991",
      ],
      [
        7,
        "TypeError",
        "Cannot use 7 as struct everything: it must be an object with fields of struct everything",
      ],
      [
        undefined,
        "TypeError",
        "Cannot use undefined as struct everything: it must be an object with fields of struct everything",
      ],
    ];
    for (const [value, name, message] of cases) {
      assert.throws(() => Everything.encode(value as never), (error: Error) => {
        assert.equal(error.name, name);
        assert.equal(error.message.slice(0, message.length), message);
        return true;
      });
    }
  });

  test("do not give a number that is not exact", () => {
    const Node = struct("struct node", { size: "size_t", next: "void *", left: "long" });
    const List = struct("struct list", { nodes: [Node, 2] });
    const view = new DataView(new ArrayBuffer(48));
    for (const n of [2n ** 53n - 1n, 12345678901234n]) {
      view.setBigUint64(24, n, true);
      assert.equal(List.decode(view).nodes[1]!.size, Number(n));
    }
    for (const n of [2n ** 53n, 2n ** 53n + 1n, 2n ** 64n - 1n]) {
      view.setBigUint64(24, n, true);
      assert.throws(() => List.decode(view), {
        name: "RangeError",
        message:
          `Cannot read size of struct node: ${n} is no exact number; describe the field as uint64_t`,
      });
    }
    view.setBigUint64(24, 0n, true);
    view.setBigInt64(40, -(2n ** 53n), true);
    assert.throws(() => List.decode(view), {
      message:
        "Cannot read left of struct node: -9007199254740992 is no exact number; describe the field as int64_t",
    });
    view.setBigInt64(40, 1n - 2n ** 53n, true);
    assert.equal(List.decode(view).nodes[1]!.left, -(2 ** 53 - 1));
  });

  test("take every byte of a bool but 0 for true", () => {
    const Flag = struct("struct flag", { on: "bool" });
    assert.deepEqual([0, 1, 2, 255].map((byte) => Flag.decode(Uint8Array.of(byte)).on), [
      false,
      true,
      true,
      true,
    ]);
  });

  test("end a text with its NUL even when it grows after it was checked", () => {
    const Named = struct("struct named", { name: "char[4]", after: "uint8_t" });
    let name = "ab";
    const growing = {
      get name(): string {
        return [name, name = "abcdefgh"][0]!;
      },
    };
    assert.deepEqual([...Named.encode(growing)], [0x61, 0x62, 0x63, 0, 0]);
  });

  test("copy: what was decoded does not change with the bytes", () => {
    const bytes = Everything.encode(SAMPLE);
    const value = Everything.decode(bytes);
    bytes.fill(0xee);
    assert.deepEqual(value, SAMPLE);
  });
});

describe("write, get and set", () => {
  test("take every form of bytes, at an offset that need not be aligned", () => {
    const value = { force_quit: 7, request_count: 8n, async_request_count: 9n };
    const buffer = new ArrayBuffer(100);
    const forms: readonly StructBytes[] = [
      buffer,
      new Uint8Array(buffer),
      new DataView(buffer),
      new Uint8Array(buffer, 3),
      new DataView(buffer, 5, 90),
      new Uint32Array(buffer, 8, 20),
    ];
    for (const bytes of forms) {
      for (const offset of [0, 1, 8, 13]) {
        const all = new Uint8Array(buffer).fill(0xee);
        SharedInfo.write(bytes, value, offset);
        const at = (ArrayBuffer.isView(bytes) ? bytes.byteOffset : 0) + offset;
        assert.equal(new DataView(buffer).getUint32(at, true), 7);
        assert.deepEqual(SharedInfo.decode(bytes, offset), value);
        assert.equal(SharedInfo.get(bytes, "request_count", offset), 8n);
        SharedInfo.set(bytes, "async_request_count", 2n ** 60n, offset);
        assert.equal(SharedInfo.decode(bytes, offset).async_request_count, 2n ** 60n);
        const touched = [...all].flatMap((byte, i) => byte === 0xee ? [] : [i - at]);
        const inside = [0, 1, 2, 3, ...Array.from({ length: 16 }, (_, i) => 8 + i)];
        assert.deepEqual(touched, inside, "and nothing but the fields");
      }
    }
  });

  test("write leaves what is not named as it is, within structs, too", () => {
    const bytes = Everything.encode(SAMPLE);
    Everything.write(bytes, { one: { queue: 9 }, info: { force_quit: 0 }, letter: 65 });
    assert.deepEqual(Everything.decode(bytes), {
      ...SAMPLE,
      letter: 65,
      one: { ...SAMPLE.one, queue: 9 },
      info: { ...SAMPLE.info, force_quit: 0 },
    });
    Everything.write(bytes, { counts: [5], ports: [{ id: 6 }], one: { mac: [7] } });
    const { counts, ports, one } = Everything.decode(bytes);
    assert.deepEqual(one.mac, Uint8Array.of(7, 0, 0, 0, 0, 0));
    const none = { id: 0, queue: 0, mac: new Uint8Array(6) };
    assert.deepEqual(counts, [5, 0, 0, 0], "but arrays are whole");
    assert.deepEqual(ports, [{ ...none, id: 6 }, none, none]);
  });

  test("set stores a field whole, and get reads one", () => {
    const bytes = Everything.encode(SAMPLE);
    for (const name of Object.keys(SAMPLE) as (keyof Everything)[]) {
      assert.deepEqual(Everything.get(bytes, name), SAMPLE[name], name);
    }
    Everything.set(bytes, "one", { queue: 9 });
    Everything.set(bytes, "ports", []);
    const none = { id: 0, queue: 0, mac: new Uint8Array(6) };
    assert.deepEqual(Everything.decode(bytes), {
      ...SAMPLE,
      one: { ...none, queue: 9 },
      ports: [none, none, none],
    });
  });

  test("store nothing when a value is wrong", () => {
    const bytes = Everything.encode(SAMPLE);
    const before = bytes.slice();
    assert.throws(
      () => Everything.write(bytes, { letter: 0, info: { force_quit: -1 } }),
      RangeError,
    );
    assert.throws(() => Everything.write(bytes, { letter: 0, x: 1 } as never), TypeError);
    assert.throws(() => Everything.set(bytes, "ports", [{ id: 1 }, { id: -1 }]), {
      name: "RangeError",
      message:
        "Cannot use -1 as ports[1].id of struct everything: it must be an integer from 0 to 65535",
    });
    assert.throws(() => Everything.set(bytes, "portz" as "ports", []), {
      name: "TypeError",
      message: /^Cannot use field "portz" of struct everything: it is unknown; there are header, /,
    });
    assert.deepEqual(bytes, before);
  });

  test("check a field that cannot be enumerated, as they would store it", () => {
    const value = Object.defineProperty({}, "force_quit", { value: "7" });
    assert.throws(() => SharedInfo.encode(value), TypeError);
  });

  test("refuse bytes that are too short, saying both sizes", () => {
    const cases: readonly (readonly [() => unknown, string])[] = [
      [
        () => SharedInfo.decode(new Uint8Array(63)),
        "Cannot decode struct shared_info: it has 64 bytes, and there are 63",
      ],
      [
        () => SharedInfo.decode(new ArrayBuffer(70), 8),
        "Cannot decode struct shared_info: it has 64 bytes, and there are 62 from offset 8 on",
      ],
      [
        () => SharedInfo.decode(new ArrayBuffer(70), 80),
        "Cannot decode struct shared_info: it has 64 bytes, and there are 0 from offset 80 on",
      ],
      [
        () => SharedInfo.decode(new ArrayBuffer(70), 2 ** 40),
        "Cannot decode struct shared_info: it has 64 bytes, and there are 0 from offset 1099511627776 on",
      ],
      [
        () => SharedInfo.write(new DataView(new ArrayBuffer(99), 9, 10), {}),
        "Cannot write struct shared_info: it has 64 bytes, and there are 10",
      ],
      [
        () => SharedInfo.get(new Uint8Array(15), "request_count"),
        "Cannot get request_count of struct shared_info: it ends at byte 16, and there are 15",
      ],
      [
        () => SharedInfo.set(new Uint8Array(15), "request_count", 1n, 1),
        "Cannot set request_count of struct shared_info: it ends at byte 16, and there are 14 from offset 1 on",
      ],
      [
        () => SharedInfo.decode(new Uint8Array(64), -1),
        "Cannot use -1 as an offset of struct shared_info: it must be an integer from 0 to 9007199254740991",
      ],
      [
        () => SharedInfo.get(new Uint8Array(64), "force_quit", 0.5),
        "Cannot use 0.5 as an offset of struct shared_info: it must be an integer from 0 to 9007199254740991",
      ],
      [
        () => SharedInfo.get(new Uint8Array(64), "force_quit", "8" as never),
        "Cannot use 8 as an offset of struct shared_info: it must be an integer from 0 to 9007199254740991",
      ],
    ];
    for (const [call, message] of cases) assert.throws(call, { name: "RangeError", message });
    assert.equal(SharedInfo.get(new Uint8Array(4), "force_quit"), 0, "a field needs its own only");
  });

  test("refuse what is no bytes", () => {
    for (
      const [bytes, text] of [[null, "null"], ["x", '"x"'], [[1, 2], "an array"], [{}, "an object"]]
    ) {
      assert.throws(() => SharedInfo.decode(bytes as never), {
        name: "TypeError",
        message:
          `Cannot use ${text} as the bytes of struct shared_info: it is no ArrayBuffer and no view of one`,
      });
    }
  });

  test("refuse memory that is gone", () => {
    const buffer = new ArrayBuffer(64);
    const forms = [buffer, new Uint8Array(buffer), new DataView(buffer)];
    buffer.transfer();
    for (const bytes of forms) {
      for (
        const call of [
          () => SharedInfo.decode(bytes),
          () => SharedInfo.write(bytes, {}),
          () => SharedInfo.get(bytes, "force_quit"),
          () => SharedInfo.set(bytes, "force_quit", 1),
        ]
      ) assert.throws(call, { name: "RangeError", message: /, and there are 0$/ });
    }
  });
});
