// `struct` against C: bytes go both ways, and random structs lie as gcc lays them out.

import { abi } from "../../ffi/abi/mod.ts";
import { rte_eth_stats } from "../../ffi/ethdev/layout.ts";
import { RTE_MP_MAX_FD_NUM, rte_mp_msg } from "../../ffi/mp/layout.ts";
import { type ArrayView, struct } from "../../mod.ts";
import { compareLayouts } from "../abi/oracle/layout_program.ts";
import { assert, compileC, describe, test } from "../kit.ts";
import { specimens } from "./fixtures/random_structs.ts";
import { declarations, lines, referee, run } from "./fixtures/referee.ts";
import { Everything, SAMPLE, type SharedInfo } from "./fixtures/structs.ts";

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
struct header { uint8_t kind; uint32_t length; uint64_t sequence; } __attribute__((__packed__));
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

  const random = specimens(20, 48);
  const { layouts, images } = referee(random, declarations(random));

  test("48 random structs and unions, every type among them, lie as a compiler lays them out", () => {
    const ours = random.map(({ descriptor: { size, align }, places }) => [
      size,
      align,
      ...places.flatMap(([, place]) => [place.offset, place.size]),
    ]);
    assert.deepEqual(ours, layouts);
    const all = random.map(({ declaration }) => declaration).join("\n");
    for (
      const part of [
        ...[
          "} __attribute__((__packed__))\n",
          "} __rte_aligned(64)",
          "} __attribute__((__packed__)) __rte_aligned(16)",
        ],
        ...["] __rte_aligned(64);", "\nunion {", "\nstruct {", "union specimen_\\d+ f", "\\} ;"],
      ]
    ) assert.match(all, new RegExp(part.replaceAll(/[()\]]/g, "\\$&")));
  });

  test("random values are encoded as C stores them, and decoded back", () => {
    random.forEach(({ descriptor, value }, i) => {
      // The types are not known here.
      const any = descriptor as typeof SharedInfo;
      const image = images[i]!;
      assert.deepEqual(any.encode(value), image, any.type);
      assert.deepEqual(given(any.decode(image), value), value, any.type);
      assert.deepEqual(any.encode(any.decode(image)), image, `${any.type}, unions as they are`);
      const target = new DataView(new ArrayBuffer(any.size));
      const inPlace = new DataView(new ArrayBuffer(any.size));
      for (const name of Object.keys(value) as ["force_quit"]) {
        any.set(target, name, value[name] as number);
        const got = { [name]: any.get(target, name) };
        assert.deepEqual(given(got, value), { [name]: value[name] }, `${name} of ${any.type}`);
      }
      assert.deepEqual(new Uint8Array(target.buffer), image, any.type);
      store(any.at(inPlace), value);
      assert.deepEqual(new Uint8Array(inPlace.buffer), image, `${any.type} in place`);
      assert.deepEqual(given(any.at(inPlace), value), value, `${any.type} in place`);
    });
  });

  test("structs of DPDK's own are as its headers have them", () => {
    const Message = struct("struct rte_mp_msg", {
      name: "char[64]",
      len_param: "int",
      num_fds: "int",
      param: "uint8_t[256]",
      fds: `int[${RTE_MP_MAX_FD_NUM(abi())}]`,
    }, { align: rte_mp_msg(abi()).size % 8 === 0 ? 8 : 4 });
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
    const counters = {
      ipackets: "uint64_t",
      opackets: "uint64_t",
      ibytes: "uint64_t",
      obytes: "uint64_t",
      imissed: "uint64_t",
      ierrors: "uint64_t",
      oerrors: "uint64_t",
      rx_nombuf: "uint64_t",
    } as const;
    // 25.11 has no counters of queues.
    const ofQueues = rte_eth_stats(abi()).fields.q_errors === undefined ? {} : {
      q_ipackets: "uint64_t[16]",
      q_opackets: "uint64_t[16]",
      q_ibytes: "uint64_t[16]",
      q_obytes: "uint64_t[16]",
      q_errors: "uint64_t[16]",
    } as const;
    const Stats = struct("struct rte_eth_stats", { ...counters, ...ofQueues });
    const all = [
      { place: "ours", value: { ...Message, header: "rte_eal.h" } },
      { place: "ours", value: { ...Reply, header: "rte_eal.h" } },
      { place: "ours", value: { ...Ethernet, header: "rte_ether.h" } },
      { place: "ours", value: { ...Stats, header: "rte_ethdev.h" } },
    ];
    const { compared, differences } = compareLayouts({ structs: all, constants: [] });
    assert.deepEqual(differences, []);
    assert.equal(compared, 4 + 2 * (5 + 3 + 3 + 8 + Object.keys(ofQueues).length));
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

/** The parts of a struct, or of a view of one, that a value has: of unions one. */
function given(all: unknown, value: unknown): unknown {
  if (typeof value !== "object" || value === null) return all;
  if (value instanceof Uint8Array) return Uint8Array.from(all as Iterable<number>);
  if (Array.isArray(value)) {
    return Array.from(all as Iterable<unknown>, (part, i) => given(part, value[i]));
  }
  return Object.fromEntries(
    Object.entries(value).filter(([name]) => name in (all as object)).map(([name, part]) => [
      name,
      given((all as Record<string, unknown>)[name], part),
    ]),
  );
}

/** Stores a value through a view, part by part. */
function store(view: object, value: object): void {
  for (const [name, part] of Object.entries(value)) {
    if (typeof part !== "object") (view as Record<string, unknown>)[name] = part;
    else if (!Array.isArray(part) && !ArrayBuffer.isView(part)) {
      store((view as Record<string, object>)[name]!, part);
    } else {
      const array = (view as Record<string, ArrayView<unknown>>)[name]!;
      Array.from(part as ArrayLike<unknown>, (element, i) => array.set(i, element as object));
    }
  }
}
