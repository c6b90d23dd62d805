import { type Bridge, type Piece, runtime } from "../../ffi/runtime/mod.ts";
import { assert, compileC, describe, test } from "../kit.ts";

/** C that calls callbacks from threads of its own, and hands them memory that it then overwrites. */
const library = compileC(
  `#include <pthread.h>
   #include <stdio.h>
   #include <stdlib.h>
   #include <string.h>
   #include <time.h>
   struct message { char name[16]; int count; int fds[8]; int *more; };
   typedef int (*action)(const struct message *msg, const char *peer, unsigned short port);
   struct work { action call; int from, n; double longest_us; long sum; pthread_t thread; };
   static double now(void)
   {
     struct timespec t;
     clock_gettime(CLOCK_MONOTONIC, &t);
     return t.tv_sec * 1e6 + t.tv_nsec / 1e3;
   }
   static void *run(void *arg)
   {
     struct work *w = arg;
     int more[3];
     for (int i = w->from; i < w->from + w->n; i++) {
       struct message msg;
       char peer[32];
       memset(&msg, 0, sizeof(msg));
       snprintf(msg.name, sizeof(msg.name), "%d", i);
       msg.count = i % 4;
       for (int k = 0; k < msg.count; k++) msg.fds[k] = more[k] = 1000000 + i + k; /* open nowhere */
       msg.more = more;
       snprintf(peer, sizeof(peer), "peer-%d", i);
       double start = now();
       w->sum += w->call(&msg, peer, (unsigned short)i);
       double took = now() - start;
       if (took > w->longest_us) w->longest_us = took;
       memset(&msg, 0xee, sizeof(msg));
       memset(more, 0xee, sizeof(more));
     }
     return NULL;
   }
   void *start(action call, int from, int n);
   void *start(action call, int from, int n)
   {
     struct work *w = calloc(1, sizeof(*w));
     w->call = call;
     w->from = from;
     w->n = n;
     pthread_create(&w->thread, NULL, run, w);
     return w;
   }
   double end(struct work *w);
   double end(struct work *w)
   {
     pthread_join(w->thread, NULL);
     double longest = w->sum == 0 ? w->longest_us : -1;
     free(w);
     return longest;
   }
   int add_later(const int *from, int *to, const int *ms);
   int add_later(const int *from, int *to, const int *ms)
   {
     struct timespec t = { 0, *ms * 1000000L };
     nanosleep(&t, NULL);
     *to += *from;
     return *from - 5;
   }
   static void *run_with_fds(void *arg)
   {
     struct work *w = arg;
     struct message msg;
     memset(&msg, 0, sizeof(msg));
     msg.count = 2;
     msg.fds[0] = w->from;
     msg.fds[1] = w->n;
     w->call(&msg, "", 0);
     return NULL;
   }
   void with_fds(action call, int a, int b);
   void with_fds(action call, int a, int b)
   {
     struct work w = { call, a, b, 0, 0, 0 };
     pthread_create(&w.thread, NULL, run_with_fds, &w);
     pthread_join(w.thread, NULL);
   }
   static void *run_with_carried(void *arg)
   {
     struct work *w = arg;
     const int *fds = (const int *)w->sum;
     int more[8] = { 2, fds[0], fds[1], fds[2], /* three places each: the second has one of its own */
                     1, fds[3], fds[2], fds[2] };
     struct message msg;
     memset(&msg, 0, sizeof(msg));
     msg.count = 2;
     msg.more = more;
     w->call(&msg, "", 0);
     return NULL;
   }
   void with_carried(action call, const int *fds);
   void with_carried(action call, const int *fds)
   {
     struct work w = { call, 0, 0, 0, (long)fds, 0 };
     pthread_create(&w.thread, NULL, run_with_carried, &w);
     pthread_join(w.thread, NULL);
   }`,
  ["-shared", "-fPIC", "-lpthread"],
);
const { start, end, with_fds, with_carried } = runtime.open(library, {
  start: "void * (void *call, int from, int n)",
  end: "double (void *w)",
  with_fds: "void (void *call, int a, int b)",
  with_carried: "void (void *call, const int *fds)",
});
/** The address of a function of the library. */
const addressOf = (name: string) => {
  const { dlopen, dlsym } = runtime.open("libc.so.6", {
    dlopen: "void * (const char *path, int flags)",
    dlsym: "void * (void *handle, const char *name)",
  });
  return runtime.address(dlsym(dlopen(library, 2), name));
};
const libc = runtime.open("libc.so.6", {
  eventfd: "int (unsigned int value, int flags)",
  fcntl: "int (int fd, int command, int argument)",
});

const PROTOTYPE = "int (const struct message *msg, const void *peer, uint16_t port)";
const FDS = { take: "array", arg: 0, at: 20, countAt: 16, stride: 4, max: 8 } as const;
const PIECES: readonly Piece[] = [
  { take: "bytes", arg: 0, at: 0, length: 20 },
  { ...FDS, descriptors: true },
  { take: "string", arg: 1, max: 32 },
  { take: "value", arg: 2 },
  { ...FDS, at: 56, indirect: true },
];

/** Elements that carry up to three each. */
const CARRIED: Piece = {
  ...FDS,
  at: 56,
  stride: 16,
  indirect: true,
  descriptors: { at: 4, countAt: 0, max: 3 },
};

interface Seen {
  readonly name: string;
  readonly fds: number[];
  readonly peer: string;
  readonly port: bigint;
  readonly more: number[];
}

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).replace(/\0.*/s, "");

const numbers = ({ buffer, byteOffset, length }: Uint8Array<ArrayBuffer>) => [
  ...new Int32Array(buffer, byteOffset, length / 4),
];

function collecting(limit: number, reserve = 0): {
  bridge: Bridge;
  seen: Seen[];
  address: number;
  urgent: number;
} {
  const bridge = runtime.bridge({ limit, reserve, descriptors: 100_000, cpus: [] });
  const seen: Seen[] = [];
  const receive = (parts: readonly Uint8Array<ArrayBuffer>[]) => {
    const [head, fds, peer, port, more] = parts as [
      Uint8Array<ArrayBuffer>,
      Uint8Array<ArrayBuffer>,
      Uint8Array<ArrayBuffer>,
      Uint8Array<ArrayBuffer>,
      Uint8Array<ArrayBuffer>,
    ];
    seen.push({
      name: text(head),
      fds: numbers(fds),
      peer: text(peer),
      port: new BigUint64Array(port.buffer, port.byteOffset)[0]!,
      more: numbers(more),
    });
  };
  const address = bridge.callback(PROTOTYPE, PIECES, receive);
  const urgent = bridge.callback(PROTOTYPE, PIECES, receive, true);
  return { bridge, seen, address, urgent };
}

function expected(i: number): Seen {
  const fds = Array.from({ length: i % 4 }, (_, k) => 1_000_000 + i + k);
  return { name: `${i}`, fds, peer: `peer-${i}`, port: BigInt(i & 0xffff), more: fds };
}

/** Keeps this thread busy, as a polling loop does. */
function busy(ms: number): void {
  for (const until = performance.now() + ms; performance.now() < until;);
}

describe("a bridge", () => {
  test("hands on what a foreign thread said, copied, in order, however busy the script is", async () => {
    const { bridge, seen, address } = collecting(20_000);
    const n = 10_000;
    const work = start(runtime.pointer(address), 0, n);
    busy(1000);
    assert.equal(seen.length, 0, "nothing runs before the script yields or polls");
    // The thread is through although this one never yielded.
    assert.ok(end(work) >= 0);
    assert.equal(bridge.waiting, n);
    const all = new Promise<void>((resolve) => {
      bridge.listen(() => {
        while (bridge.poll(64) === 64);
        if (seen.length === n) resolve();
      });
    });
    bridge.keepAlive(true);
    await all;
    bridge.keepAlive(false);
    seen.forEach((one, i) => assert.deepEqual(one, expected(i)));
    assert.equal(bridge.dropped, 0);
    assert.equal(bridge.waiting, 0);
  });

  test("wakes a script that waits, again and again", async () => {
    const { bridge, seen, address } = collecting(100);
    let arrived: () => void = () => {};
    bridge.listen(() => {
      while (bridge.poll(64) === 64);
      arrived();
    });
    bridge.keepAlive(true);
    for (let i = 0; i < 50; i++) {
      const one = new Promise<void>((resolve) => arrived = resolve);
      const work = start(runtime.pointer(address), i, 1);
      while (seen.length <= i) await one;
      end(work);
    }
    bridge.keepAlive(false);
    assert.deepEqual(seen, Array.from({ length: 50 }, (_, i) => expected(i)));
  });

  test("keeps the order of each of several threads", () => {
    const { bridge, seen, address } = collecting(20_000);
    const works = [0, 1, 2].map((k) => start(runtime.pointer(address), k * 10_000, 3000));
    for (const work of works) assert.ok(end(work) >= 0);
    while (bridge.poll(1000) > 0);
    assert.equal(seen.length, 9000);
    for (const k of [0, 1, 2]) {
      const own = seen.map(({ name }) => Number(name)).filter((i) => Math.floor(i / 10_000) === k);
      assert.deepEqual(own, Array.from({ length: 3000 }, (_, i) => k * 10_000 + i));
    }
  });

  test("drops and counts what comes when it is full, but what is urgent fits its reserve", () => {
    const { bridge, seen, address, urgent } = collecting(10, 3);
    assert.ok(end(start(runtime.pointer(address), 0, 15)) >= 0);
    assert.equal(bridge.waiting, 10);
    assert.equal(bridge.dropped, 5);
    assert.ok(end(start(runtime.pointer(urgent), 100, 5)) >= 0);
    assert.equal(bridge.waiting, 13);
    assert.equal(bridge.dropped, 7);
    assert.equal(bridge.poll(5), 5);
    assert.equal(bridge.poll(100), 8);
    const names = seen.map(({ name }) => Number(name));
    assert.deepEqual(names, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 100, 101, 102]);
    assert.ok(end(start(runtime.pointer(address), 50, 2)) >= 0);
    assert.equal(bridge.poll(100), 2, "there is room again");
  });

  test("closes the descriptors of a call that it drops, and of no other", () => {
    const { bridge, address } = collecting(1);
    const open = (fd: number) => libc.fcntl(fd, 1, 0) >= 0; // F_GETFD
    const fds = [1, 2, 3, 4].map((value) => libc.eventfd(value, 0));
    with_fds(runtime.pointer(address), fds[0]!, fds[1]!);
    with_fds(runtime.pointer(address), fds[2]!, fds[3]!);
    assert.deepEqual(fds.map(open), [true, true, false, false]);
    assert.equal(bridge.dropped, 1);
  });

  test("closes those that elements of a dropped array carry, and no more", () => {
    const bridge = runtime.bridge({ limit: 1, reserve: 0, descriptors: 8, cpus: [] });
    const address = bridge.callback(PROTOTYPE, [CARRIED], () => {});
    const open = (fd: number) => libc.fcntl(fd, 1, 0) >= 0; // F_GETFD
    const fds = Int32Array.from({ length: 4 }, () => libc.eventfd(0, 0));
    const call = () => with_carried(runtime.pointer(address), runtime.pointerTo(fds.buffer));
    call();
    assert.deepEqual([...fds].map(open), [true, true, true, true], "of one that waits");
    call();
    assert.deepEqual([...fds].map(open), [false, false, true, false]);
    assert.equal(bridge.dropped, 1);
  });

  test("drops what would carry more descriptors than may wait, and takes more when there are fewer", () => {
    const bridge = runtime.bridge({ limit: 100, reserve: 100, descriptors: 5, cpus: [] });
    const receive = () => {};
    const own = bridge.callback(PROTOTYPE, [{ ...FDS, descriptors: true }], receive);
    const carried = bridge.callback(PROTOTYPE, [CARRIED], receive, true);
    const fds = Int32Array.of(1_000_000, 1_000_001, 1_000_002, 1_000_003); // open nowhere
    const two = () => with_fds(runtime.pointer(own), fds[0]!, fds[1]!);
    const three = () => with_carried(runtime.pointer(carried), runtime.pointerTo(fds.buffer));
    const calls = [two, two, two, three, two, three];
    const counts = calls.map((call) => {
      call();
      return [bridge.waiting, bridge.dropped];
    });
    assert.deepEqual(counts, [[1, 0], [2, 0], [2, 1], [2, 2], [2, 3], [2, 4]]);
    // One without descriptors always fits.
    assert.ok(end(start(runtime.pointer(own), 0, 1)) >= 0);
    assert.equal(bridge.waiting, 3);
    assert.equal(bridge.poll(1), 1);
    three();
    three();
    assert.deepEqual([bridge.waiting, bridge.dropped], [3, 5]);
    assert.equal(bridge.poll(100), 3);
    two();
    three();
    assert.deepEqual([bridge.waiting, bridge.dropped], [2, 5]);
  });

  test("is given addresses and takes NULL for nothing", () => {
    const bridge = runtime.bridge({ limit: 4, reserve: 0, descriptors: 8, cpus: [] });
    const seen: number[][] = [];
    const address = bridge.callback(
      "void * (void *arg)",
      [{ take: "value", arg: 0 }, { take: "bytes", arg: 0, at: 0, length: 4 }],
      (parts) => seen.push(parts.map(({ length }) => length)),
    );
    const { pthread_create, pthread_join } = runtime.open("libc.so.6", {
      pthread_create: "int (void *thread, void *attr, void *start, void *arg)",
      pthread_join: "int (unsigned long thread, void *result)",
    });
    const id = new BigUint64Array(new ArrayBuffer(8));
    const four = runtime.pointerTo(new Int32Array([7]).buffer);
    for (const arg of [null, four]) {
      pthread_create(runtime.pointerTo(id.buffer), null, runtime.pointer(address), arg);
      pthread_join(id[0]!, null);
    }
    assert.equal(bridge.poll(10), 2);
    assert.deepEqual(seen, [[8, 0], [8, 4]]);
  });

  test("copies from behind pointers only, and calls aside what takes them", () => {
    const bridge = runtime.bridge({ limit: 4, reserve: 0, descriptors: 8, cpus: [] });
    const wrong: readonly Piece[] = [
      { take: "bytes", arg: 2, at: 0, length: 1 },
      { take: "string", arg: 2, max: 1 },
      { ...FDS, arg: 2 },
      { ...FDS, arg: 3 },
    ];
    for (const piece of wrong) {
      assert.throws(() => bridge.callback(PROTOTYPE, [piece], () => {}), {
        name: "TypeError",
        message: `Cannot copy from a callback's parameter ${piece.arg}: it is no pointer`,
      });
    }
    for (const prototype of ["int (int a)", "void (void *a)", "long (void *a)"]) {
      assert.throws(() => bridge.aside(prototype, addressOf("add_later")), {
        name: "TypeError",
        message: "Cannot call on another thread: only pointers go in, and an int comes out",
      });
    }
  });

  test("calls a function on a thread of its own while the script goes on", async () => {
    const bridge = runtime.bridge({ limit: 4, reserve: 0, descriptors: 8, cpus: [] });
    bridge.listen(() => {
      while (bridge.poll(64) === 64);
    });
    bridge.keepAlive(true);
    const later = bridge.aside(
      "int (const int *from, int *to, const int *ms)",
      addressOf("add_later"),
    );
    const words = (...values: number[]) => new Int32Array(values).buffer;
    const sums = Array.from({ length: 8 }, () => words(100));
    const order: number[] = [];
    let turns = 0;
    const timer = setInterval(() => turns++, 5);
    const started = performance.now();
    const results = await Promise.all(sums.map(async (to, i) => {
      // Nothing but the call refers to these two.
      const result = await later(words(i), to, words(300 - 40 * i));
      order.push(i);
      return result;
    }));
    clearInterval(timer);
    bridge.keepAlive(false);
    // All at once, the shortest first; more of them than the queue's limit.
    assert.ok(performance.now() - started < 1000);
    assert.ok(turns > 3);
    assert.deepEqual(results, [-5, -4, -3, -2, -1, 0, 1, 2]);
    assert.deepEqual(sums.map((to) => new Int32Array(to)[0]), [
      100,
      101,
      102,
      103,
      104,
      105,
      106,
      107,
    ]);
    assert.deepEqual(order, [7, 6, 5, 4, 3, 2, 1, 0]);
  });
});
