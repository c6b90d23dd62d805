/**
 * What the type checkers make of C prototypes: never run, only checked, by Deno's checker and by
 * tsc. Each wrong call is marked as an expected error; types.test.ts takes the marks off and sees
 * both checkers find every one of them.
 *
 * @module
 */

import type { Call, Calls, Pointer } from "../../ffi/runtime/mod.ts";
import { PointerBuffer, type Ring, rte } from "../../mod.ts";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true
  : false;

/** Takes `true` only, as the type argument says. */
function holds<_T extends true>(): void {}

type AnyPointer = Pointer | null;
type RingPointer = Pointer<"struct rte_ring"> | null;
type PoolPointer = Pointer<"struct rte_mempool"> | null;

/** Prototypes and the signatures they have. */
export function signatures(): void {
  holds<Equal<Call<"int (void)">, () => number>>();
  holds<Equal<Call<"void ()">, () => void>>();
  holds<
    Equal<Parameters<Call<"int (int a, unsigned int b, uint16_t c)">>, [number, number, number]>
  >();
  holds<Equal<Parameters<Call<"void (size_t a, ssize_t b, long c)">>, [number, number, number]>>();
  holds<Equal<Parameters<Call<"void (uint64_t a, int64_t b)">>, [bigint, bigint]>>();
  holds<Equal<ReturnType<Call<"uint64_t (void)">>, bigint>>();
  holds<Equal<ReturnType<Call<"size_t (void)">>, number>>();
  holds<Equal<ReturnType<Call<"rte_iova_t (void)">>, bigint>>();
  holds<Equal<Call<"bool (bool on)">, (...args: [boolean]) => boolean>>();
  holds<Equal<Call<"const char * (const char *s)">, (...args: [string | null]) => string | null>>();
  holds<Equal<Parameters<Call<"void (char **argv, void *p)">>, [AnyPointer, AnyPointer]>>();
  holds<Equal<Parameters<Call<"void (void * const *table)">>, [AnyPointer]>>();
  holds<Equal<Parameters<Call<"int (const char **reason)">>, [AnyPointer]>>();
  holds<Equal<Parameters<Call<"void (const struct rte_ring *r)">>, [RingPointer]>>();
  holds<Equal<ReturnType<Call<"const struct rte_ring * (void)">>, RingPointer>>();
  holds<
    Equal<
      Parameters<Call<"int (void (*f)(struct rte_ring *, int), void *arg, unsigned int n)">>,
      [AnyPointer, AnyPointer, number]
    >
  >();
  holds<Equal<Calls<{ a: "int (void)" }>, { readonly a: () => number }>>();
}

/** Right calls. */
export function right(pool: PoolPointer): number {
  const ring: RingPointer = rte.rte_ring_create("a", 64, -1, 0);
  const bytes: number = rte.rte_ring_get_memsize(64);
  const text: string | null = rte.rte_version();
  rte.rte_ring_dump(null, ring);
  return bytes + (text ?? "").length + rte.rte_mempool_avail_count(pool);
}

/** Wrong calls of exported functions. */
export function wrong(ring: RingPointer, call: Call<"int (uint64_t a)">): void {
  // @ts-expect-error a string where C has an unsigned int
  rte.rte_ring_get_memsize("64");
  // @ts-expect-error a bigint where C has an unsigned int
  rte.rte_ring_get_memsize(64n);
  // @ts-expect-error a number where C has a uint64_t
  call(64);
  // @ts-expect-error a ring where C has a mempool
  rte.rte_mempool_avail_count(ring);
  // @ts-expect-error an address where C has a pointer
  rte.rte_ring_free(0x1000);
  // @ts-expect-error the flags are missing
  rte.rte_ring_create("a", 64, -1);
  // @ts-expect-error one argument too many
  rte.rte_ring_create("a", 64, -1, 0, 0);
  // @ts-expect-error there is no such function
  rte.rte_ring_enqueue(ring, null);
  // @ts-expect-error what the function returns is a number
  const memsize: string = rte.rte_ring_get_memsize(64);
  // @ts-expect-error a function's name may be NULL, and must be looked at first
  rte.rte_strerror(memsize.length).length;
}

/** Prototypes with types that are none. */
export function unknown(
  argument: Call<"int (struct rte_ring ring)">,
  result: Call<"rte_unheard_of (void)">,
  text: Call<"no prototype">,
): void {
  // @ts-expect-error a C type that is not known takes no value at all
  argument(1);
  // @ts-expect-error a function whose result is not known cannot be called
  result();
  // @ts-expect-error what is no prototype cannot be called
  text();
}

/** Wrong calls of the classes. */
export function classes(ring: Ring, burst: PointerBuffer): void {
  ring.enqueueBurst(burst, 32);
  // @ts-expect-error an array is no pointer buffer
  ring.enqueueBurst([1, 2, 3]);
  // @ts-expect-error an address is a number
  ring.enqueue(1n);
  // @ts-expect-error what was looked up may not be freed
  ring.free();
  // @ts-expect-error what was looked up may not be disposed of
  using borrowed = ring;
  // @ts-expect-error the capacity is missing
  new PointerBuffer();
  // @ts-expect-error the capacity is for ever
  burst.capacity = borrowed.capacity;
}
