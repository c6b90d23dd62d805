/**
 * What the type checkers make of descriptors of C structs: never run, only checked, by Deno's checker
 * and by tsc. Each wrong use is marked as an expected error; types.test.ts takes the marks off and
 * sees both checkers find every one of them.
 *
 * @module
 */

import {
  type ArrayView,
  type MbufCursor,
  type Memzone,
  type MpMessage,
  type ObjectCursor,
  struct,
  type StructValue,
  type StructView,
  union,
  type UnionValue,
} from "../../mod.ts";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true
  : false;

/** Takes `true` only, as the type argument says. */
function holds<_T extends true>(): void {}

const Port = struct("struct port", { id: "uint16_t", mac: "uint8_t[6]" });

const Info = struct("struct info", {
  kind: "char",
  count: "uint32_t",
  total: "uint64_t",
  flags: "unsigned long",
  length: "size_t",
  left: "long",
  ratio: "double",
  on: "bool",
  name: "char[16]",
  names: "char[4][16]",
  macs: "unsigned char[2][6]",
  counts: "int[4]",
  totals: "int64_t[4]",
  next: "struct info *",
  objects: "void *[4]",
  port: Port,
  ports: [Port, 4],
}, { align: 64, packed: false });

type PortValue = { id: number; mac: Uint8Array<ArrayBuffer> };

type InfoValue = {
  kind: number;
  count: number;
  total: bigint;
  flags: bigint;
  length: number;
  left: number;
  ratio: number;
  on: boolean;
  name: string;
  names: string[];
  macs: Uint8Array<ArrayBuffer>[];
  counts: number[];
  totals: bigint[];
  next: number;
  objects: number[];
  port: PortValue;
  ports: PortValue[];
};

const Body = union("union body", { count: "uint32_t", total: "uint64_t", port: Port });

const Message = struct("struct message", {
  kind: "uint32_t",
  body: Body,
  bodies: [Body, 2],
  tail: ["uint64_t", { align: 64 }],
  ends: [[Port, 2], { align: 64 }],
  $0: union("union", { low: "uint16_t", high: "double" }),
});

type BodyMembers = { count: number; total: bigint; port: PortValue };

/** Descriptors and the values they have. */
export function values(bytes: Uint8Array): void {
  const value = Info.decode(bytes);
  holds<Equal<typeof value, InfoValue>>();
  holds<Equal<StructValue<typeof Info>, InfoValue>>();
  holds<Equal<StructValue<typeof Port>, PortValue>>();
  const total = Info.get(bytes, "total");
  holds<Equal<typeof total, bigint>>();
  const ports = Info.get(bytes, "ports");
  holds<Equal<typeof ports, PortValue[]>>();
  holds<
    Equal<
      Parameters<typeof Port.encode>[0],
      { readonly id?: number; readonly mac?: ArrayLike<number> }
    >
  >();
  holds<Equal<keyof typeof Port.fields, "id" | "mac">>();
}

/** Right uses. */
export function right(zone: Memzone, cursor: ObjectCursor): number {
  const bytes: Uint8Array<ArrayBuffer> = Info.encode({
    total: 1n,
    name: "a",
    macs: [[1, 2], new Uint8Array(6)],
    counts: new Int32Array(4),
    totals: new BigInt64Array(4),
    port: { id: 1 },
    ports: [{ mac: [1] }, {}],
  });
  Info.write(zone.buffer, Info.decode(bytes));
  Info.write(zone.view, { count: 1, port: {} }, 64);
  Info.set(cursor.bytes(), "ports", Info.get(zone.bytes, "ports"));
  Info.set(bytes, "on", true);
  return Info.size + Info.fields.port.offset + Info.fields.port.size + Info.align;
}

/** Unions, aligned fields, and what is in place. */
export function places(
  zone: Memzone,
  cursor: ObjectCursor,
  mbuf: MbufCursor,
  { param }: MpMessage,
): string {
  const value = Message.decode(zone.bytes);
  holds<Equal<typeof value.body, UnionValue<BodyMembers>>>();
  holds<Equal<typeof value.body.total, bigint>>();
  holds<Equal<typeof value.tail, bigint>>();
  holds<Equal<typeof value.ends, PortValue[]>>();
  holds<Equal<typeof value.$0.high, number>>();
  Message.encode({ body: { total: 1n }, bodies: [value.body, { count: 1 }, {}], tail: 1n });

  const view = Message.at(cursor, 8);
  holds<Equal<typeof view, StructView<StructValue<typeof Message>>>>();
  holds<Equal<typeof view.body.port.mac, ArrayView<number>>>();
  holds<Equal<typeof view.bodies, ArrayView<UnionValue<BodyMembers>>>>();
  view.kind += 1;
  view.tail = view.bodies.get(1).total;
  view.ends.set(0, { id: 1, mac: new Uint8Array(6) });
  for (const { id } of view.ends) view.body.count += id;
  const info = Info.at(zone.view, 64);
  info.name = info.names.get(0);
  info.on = info.next === 0;
  info.counts.assign(new Int32Array(2));
  Info.move(info, 128);
  Info.at(mbuf).kind = Info.at(param).kind;
  return Info.toC() + Message.toC();
}

/** Wrong uses of what is in place. */
export function misplaced(zone: Memzone): void {
  const view = Message.at(zone.view);
  // @ts-expect-error a bigint where C has a uint32_t
  view.kind = 1n;
  // @ts-expect-error a number where C has a uint64_t
  view.tail = 1;
  // @ts-expect-error there is no such field
  view.type = 1;
  // @ts-expect-error there is no such member of the union
  view.body.name = "a";
  // @ts-expect-error a struct within is not replaced
  view.body = { count: 1 };
  // @ts-expect-error nor is an array
  view.bodies = [];
  // @ts-expect-error an array in place is no array
  view.bodies[0] = {};
  // @ts-expect-error nor has it fields
  view.ends.id = 1;
  // @ts-expect-error an element has no such field
  view.ends.set(0, { number: 1 });
  // @ts-expect-error what is read of a uint64_t is a bigint
  const total: number = view.body.total;
  // @ts-expect-error a union has one member at a time
  Message.encode({ body: { count: total, total: 1n } });
  // @ts-expect-error and each has its type
  Message.encode({ body: { total: 1 } });
  // @ts-expect-error a view is of one struct
  Port.move(view, 0);
  // @ts-expect-error a number is no place
  Port.at(64);
  // @ts-expect-error an alignment is a number
  struct("struct s", { a: ["int", { align: "64" }] });
  // @ts-expect-error there is no such C type
  union("union u", { a: "uint31_t" });
}

/** Wrong uses of a descriptor. */
export function wrong(bytes: Uint8Array): void {
  // @ts-expect-error a number where C has a uint64_t
  Info.encode({ total: 1 });
  // @ts-expect-error a bigint where C has a uint32_t
  Info.encode({ count: 1n });
  // @ts-expect-error a bigint where C has a pointer
  Info.encode({ next: 1n });
  // @ts-expect-error a number where C has a bool
  Info.set(bytes, "on", 1);
  // @ts-expect-error bytes where C has a text
  Info.set(bytes, "name", bytes);
  // @ts-expect-error a text where C has bytes
  Port.encode({ mac: "00:00" });
  // @ts-expect-error bigints where C has ints
  Info.encode({ counts: [1n] });
  // @ts-expect-error there is no such field
  Info.encode({ counter: 1 });
  // @ts-expect-error there is no such field in the struct within
  Info.write(bytes, { port: { number: 1 } });
  // @ts-expect-error there is no such field to get
  Info.get(bytes, "counter");
  // @ts-expect-error there is no such field to set
  Info.set(bytes, "counter", 1);
  // @ts-expect-error a field that is left out is left out
  Info.encode({ count: undefined });
  // @ts-expect-error an array is no memory
  Info.decode([1, 2, 3]);
  // @ts-expect-error what is read of a uint64_t is a bigint
  const total: number = Info.get(bytes, "total");
  // @ts-expect-error what was decoded has no such field
  Info.decode(bytes).counter = total;
  // @ts-expect-error where a field is does not change
  Info.fields.port.offset = total;
}

/** Descriptions of what there is not. */
export function unknown(): void {
  // @ts-expect-error there is no such C type
  struct("struct s", { a: "uint31_t" });
  // @ts-expect-error nor an array of it
  struct("struct s", { a: "uint31_t[4]" });
  // @ts-expect-error an array has a length
  struct("struct s", { a: "char[]" });
  // @ts-expect-error a length is a number
  struct("struct s", { a: "char[N]" });
  // @ts-expect-error a struct is its descriptor
  struct("struct s", { a: "struct port" });
  // @ts-expect-error a field has a type
  struct("struct s", { a: 4 });
  // @ts-expect-error an array of structs has a length
  struct("struct s", { a: [Port] });
  // @ts-expect-error a layout is no descriptor
  struct("struct s", { a: { type: "struct port", size: 8, fields: {} } });
  // @ts-expect-error there is no such option
  struct("struct s", { a: "int" }, { aligned: 64 });
}
