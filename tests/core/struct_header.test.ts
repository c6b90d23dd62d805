// A struct as a C header: what a C compiler makes of it.

import { spawnSync } from "node:child_process";
import { type AnyStruct, cHeader, struct, union } from "../../mod.ts";
import { assert, compileC, describe, test } from "../kit.ts";
import { specimens } from "./fixtures/random_structs.ts";
import { lines, referee, run } from "./fixtures/referee.ts";
import { Everything, SAMPLE, SharedInfo } from "./fixtures/structs.ts";

/** What a compiler that is held to C11 says of a text, which is empty when all is well. */
function complaints(text: string, flags: readonly string[] = []): string {
  const args = ["-std=c11", "-Wall", "-Wextra", "-Werror", ...flags, "-fsyntax-only", "-xc", "-"];
  const { stderr, error } = spawnSync("gcc", args, { input: text, encoding: "utf8" });
  return error === undefined ? stderr : String(error);
}

const Body = union("union body", { count: "uint64_t", name: "char[12]" });
const Message = struct("struct message", {
  kind: "uint32_t",
  body: Body,
  $0: union("union", {
    whole: "uint64_t",
    $1: struct("struct", { low: "uint32_t", high: "uint32_t" }),
  }),
  slots: [struct("struct", { id: "uint16_t", on: "bool" }), 3],
  head: ["uint32_t", { align: 64 }],
  next: "struct message *",
  owner: "const struct rte_mempool *",
  stream: "FILE *",
  iova: "rte_iova_t",
}, { align: 64 });

const Packed = struct("packed_t", { kind: "char", length: ["uint64_t", { align: 2 }] }, {
  packed: true,
  align: 4,
});

test("a struct prints itself as a header, with an assertion for every offset", () => {
  assert.equal(
    SharedInfo.toC(),
    `#ifndef STRUCT_SHARED_INFO_H
#define STRUCT_SHARED_INFO_H

#include <stddef.h>
#include <stdint.h>

struct shared_info {
	_Alignas(64) uint32_t force_quit;
	uint64_t request_count;
	uint64_t async_request_count;
};
_Static_assert(sizeof(struct shared_info) == 64, "size of struct shared_info");
_Static_assert(_Alignof(struct shared_info) == 64, "alignment of struct shared_info");
_Static_assert(offsetof(struct shared_info, force_quit) == 0, "offset of force_quit of struct shared_info");
_Static_assert(offsetof(struct shared_info, request_count) == 8, "offset of request_count of struct shared_info");
_Static_assert(offsetof(struct shared_info, async_request_count) == 16, "offset of async_request_count of struct shared_info");

#endif /* STRUCT_SHARED_INFO_H */
`,
  );
});

test("what is within is declared before, what has no name or no tag where it is", () => {
  const text = cHeader(Message, Packed);
  assert.match(text, /^union body \{\n\tuint64_t count;\n\tchar name\[12\];\n\};$/m);
  assert.match(
    text,
    /^\tunion \{\n\t\tuint64_t whole;\n\t\tstruct \{\n\t\t\tuint32_t low;\n\t\t\tuint32_t high;\n\t\t\};\n\t\};$/m,
  );
  assert.match(text, /^\tstruct \{\n\t\tuint16_t id;\n\t\tbool on;\n\t\} slots\[3\];$/m);
  assert.match(text, /^\t_Alignas\(64\) uint32_t head;$/m);
  assert.match(text, /^\tstruct message \*next;\n\tconst struct rte_mempool \*owner;$/m);
  assert.match(text, /^\t\/\* FILE \* \*\/ void \*stream;$/m);
  assert.match(text, /offsetof\(struct message, low\) == 24, /);
  assert.match(text, /offsetof\(struct message, slots\[0\]\.on\) == 34, /);
  assert.match(text, /^typedef struct \{\n\tchar kind;\n.*\n\} .*packed.* packed_t;$/m);
  assert.equal(text.indexOf("union body {") < text.indexOf("struct message {"), true);
});

test("each header compiles as C11, included twice, and alone", () => {
  const dpdk = spawnSync("pkg-config", ["--cflags", "libdpdk"], { encoding: "utf8" }).stdout;
  const flags = dpdk.trim().split(/\s+/);
  for (const descriptor of [SharedInfo, Message, Everything, Packed, Body]) {
    const text = descriptor.toC();
    assert.equal(complaints(text + text, flags), "", descriptor.type);
  }
  const plain = [SharedInfo, Body].map((descriptor) => descriptor.toC()).join("");
  assert.equal(complaints(plain, ["-pedantic"]), "");
});

test("a compiler refuses a header in which anything lies elsewhere", () => {
  const text = Body.toC() + struct("struct s", { a: "char", b: "int", c: "short" }).toC();
  assert.equal(complaints(text), "");
  const changes: readonly (readonly [RegExp, string, RegExp])[] = [
    [/\tint b;/, "\tshort b;", /offset of b of struct s.*size of struct s|size of struct s/s],
    [/\tchar a;\n\tint b;/, "\tint b;\n\tchar a;", /offset of a of struct s[^]*offset of b/],
    [/\tshort c;/, "\tlong c;", /size of struct s[^]*alignment of struct s/],
    [/name\[12\]/, "name[20]", /size of union body/],
  ];
  for (const [from, to, said] of changes) {
    const changed = text.replace(from, to);
    assert.notEqual(changed, text);
    assert.match(complaints(changed), said);
  }
});

test("random structs lie as described when C knows them by their header alone", () => {
  const random = specimens(11, 48);
  const { layouts, images } = referee(random, cHeader(...random.map((one) => one.descriptor)));
  random.forEach(({ descriptor, places, value }, i) => {
    const { size, align, type } = descriptor;
    const ours = places.flatMap(([, place]) => [place.offset, place.size]);
    assert.deepEqual([size, align, ...ours], layouts[i], type);
    assert.deepEqual((descriptor as typeof SharedInfo).encode(value), images[i], type);
  });
});

describe("a C program that includes the header", () => {
  const program = compileC(
    `${cHeader(Message, Everything)}
     #include <stdio.h>
     #include <string.h>
     int main(int argc, char **argv)
     {
       struct message m;
       struct everything e;
       (void)argv;
       if (argc > 1) {
         memset(&m, 0, sizeof(m));
         m.kind = 7; strcpy(m.body.name, "hello"); m.low = 1; m.high = 2;
         m.slots[2].id = 9; m.slots[2].on = true; m.head = 11; m.next = &m; m.iova = 1ULL << 63;
         m.next = (void *)0x1000UL;
         return fwrite(&m, sizeof(m), 1, stdout) == 1 ? 0 : 1;
       }
       if (fread(&m, sizeof(m), 1, stdin) != 1 || fread(&e, sizeof(e), 1, stdin) != 1) return 1;
       printf("%u %s %lx %u %d %u\\n", m.kind, m.body.name, m.whole, m.slots[1].id, m.slots[1].on, m.head);
       printf("%s %ld %u\\n", e.name, e.delta, e.ports[1].mac[5]);
       return 0;
     }`,
    ["-O0"],
  );

  test("writes what is read here", () => {
    const message = Message.at(run(program, ["write"]));
    assert.equal(message.kind, 7);
    assert.equal(message.body.name, "hello");
    assert.equal(message.$0.whole, 2n << 32n | 1n);
    assert.equal(message.$0.$1.high, 2);
    assert.deepEqual([message.slots.get(2).id, message.slots.get(2).on], [9, true]);
    assert.deepEqual([message.head, message.next, message.iova], [11, 0x1000, 2n ** 63n]);
  });

  test("reads what is written here", () => {
    const bytes = new Uint8Array(Message.size + Everything.size);
    const message = Message.at(bytes);
    message.kind = 3;
    message.body.name = "there";
    message.$0.$1.low = 0xabc;
    message.slots.set(1, { id: 5, on: true });
    message.head = 8;
    Everything.write(bytes, SAMPLE, Message.size);
    assert.deepEqual(lines(run(program, [], bytes)), [
      "3 there abc 5 1 8",
      "fünfzehn bytes -9223372036854775808 255",
    ]);
  });
});

test("what cannot be printed is said", () => {
  const other = struct("struct port", { id: "int" });
  const cases: readonly (readonly [() => unknown, string])[] = [
    [() => cHeader(), "Cannot print a C header: no struct is given"],
    [
      () => cHeader({} as AnyStruct),
      "Cannot print a C header: what is given is no descriptor of a struct",
    ],
    [
      () => struct("struct", { a: "int" }).toC(),
      "Cannot print struct as C: that is no name of a type",
    ],
    [
      () => struct("my message", { a: "int" }).toC(),
      "Cannot print my message as C: that is no name of a type",
    ],
    [
      () => cHeader(Everything, other),
      "Cannot print struct port as C: there are two of that name",
    ],
  ];
  for (const [call, message] of cases) assert.throws(call, { name: "TypeError", message });
});
