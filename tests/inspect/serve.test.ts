import { assert, describe, test, type TestContext } from "../kit.ts";
import {
  type InspectServer,
  type ServeOptions,
  startServer,
} from "../../tools/inspect/serve/server.ts";
import { ask, events, type ServerEvent } from "./ask.ts";
import { MadeUpGroup, type MadeUpOptions } from "./made_up_flows.ts";

/** Serves a made-up group while a test runs. */
async function serve(
  { cleanup }: TestContext,
  options: ServeOptions = {},
  group = new MadeUpGroup(),
): Promise<InspectServer> {
  const server = await startServer(group.open, { port: 0, intervalMs: 100, ...options });
  cleanup(() => server.close());
  return server;
}

describe("the server", () => {
  test("serves the page and all that it imports, and nothing else", async (context) => {
    const { port, url } = await serve(context);
    assert.equal(url, `http://127.0.0.1:${port}/`);
    const page = await ask(port, "/");
    assert.equal(page.status, 200);
    assert.match(page.headers["content-type"] ?? "", /^text\/html/);
    const paths = [...page.body.matchAll(/"\.(\/(?:lib|page)\/[^"]+)"/g)].map(([, path = ""]) =>
      path
    );
    assert.equal(paths.length > 6, true);
    for (const path of paths) {
      const { status, headers } = await ask(port, path);
      assert.equal(status, 200, path);
      assert.match(headers["content-type"] ?? "", /javascript|css|svg/, path);
    }
    for (const path of ["/page/", "/page/tsconfig.json", "/page/..%2fserve/app.ts", "/lib/x.js"]) {
      assert.equal((await ask(port, path)).status, 404, path);
    }
  });

  test("compresses files, and does not send what the browser has", async (context) => {
    const { port } = await serve(context);
    const packed = await ask(port, "/lib/echarts.mjs", { headers: { "accept-encoding": "gzip" } });
    assert.equal(packed.headers["content-encoding"], "gzip");
    assert.equal(packed.body.length < 600_000, true);
    const etag = String(packed.headers["etag"]);
    const again = await ask(port, "/lib/echarts.mjs", { headers: { "if-none-match": etag } });
    assert.deepEqual([again.status, again.body], [304, ""]);
  });

  test("lets a browser load and run nothing but what is its own", async (context) => {
    const { port } = await serve(context);
    for (const path of ["/", "/page/main.js", "/api/memory", "/nothing"]) {
      const { headers } = await ask(port, path, { headers: { origin: "http://evil.example" } });
      const policy = String(headers["content-security-policy"]);
      assert.match(policy, /default-src 'self'/);
      assert.match(policy, /frame-ancestors 'none'/);
      assert.doesNotMatch(policy, /unsafe|\*|data:/);
      assert.equal(headers["x-content-type-options"], "nosniff");
      assert.equal(headers["cross-origin-resource-policy"], "same-origin");
      assert.equal(headers["referrer-policy"], "no-referrer");
      const cors = Object.keys(headers).filter((name) => name.startsWith("access-control"));
      assert.deepEqual(cors, [], path);
    }
  });

  test("answers on loopback only to names that stand for loopback", async (context) => {
    const { port } = await serve(context);
    const status = async (host: string): Promise<number> =>
      (await ask(port, "/api/memory", { headers: { host } })).status;
    for (const host of ["localhost", `localhost:${port}`, "127.0.0.1:9", "127.1.2.3", "[::1]:80"]) {
      assert.equal(await status(host), 200, host);
    }
    for (
      const host of [
        "evil.example",
        `evil.example:${port}`,
        "localhost.evil.example",
        "127.0.0.1.nip.io",
        "10.0.0.1",
      ]
    ) {
      assert.equal(await status(host), 421, host);
    }
  });

  test("answers nothing but GET", async (context) => {
    const { port } = await serve(context);
    for (const method of ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"]) {
      const { status, headers } = await ask(port, "/", { method });
      assert.deepEqual([status, headers["allow"]], [405, "GET"], method);
    }
  });

  test("says so when the port is in use", async (context) => {
    const { port } = await serve(context);
    await assert.rejects(
      startServer(new MadeUpGroup().open, { port }),
      new RegExp(`^DpdkError: Cannot serve at 127.0.0.1, port ${port}: the port is in use; choose`),
    );
  });

  test("says so when it has no such address", async () => {
    await assert.rejects(
      startServer(new MadeUpGroup().open, { port: 0, host: "203.0.113.7" }),
      /Cannot serve at 203.0.113.7, port 0: this host has no such address/,
    );
  });

  test("says so when there is no host of that name", async () => {
    await assert.rejects(
      startServer(new MadeUpGroup().open, { port: 0, host: "nohost.invalid" }),
      /Cannot serve at nohost.invalid, port 0: there is no host of that name$/,
    );
  });

  test("refuses intervals that are none", async () => {
    for (const intervalMs of [0, 99, 3_001, NaN]) {
      await assert.rejects(
        startServer(new MadeUpGroup().open, { port: 0, intervalMs }),
        RangeError,
      );
    }
  });

  test("ends at once, with open event streams", async () => {
    const server = await startServer(new MadeUpGroup().open, { port: 0, intervalMs: 100 });
    const stream = events(server.port, new AbortController().signal);
    await stream.next();
    const rest = (async () => {
      try {
        for await (const _ of stream);
      } catch {
        // A stream may be cut off, too.
      }
    })();
    await server.close();
    await rest;
    await assert.rejects(ask(server.port, "/"));
  });
});

describe("the token", () => {
  test("is needed where others can reach the server", async (context) => {
    const { port, url } = await serve(context, { host: "0.0.0.0" });
    const token = new URL(url).searchParams.get("token") ?? "";
    assert.match(token, /^[\w-]{32}$/);
    for (
      const path of ["/", "/page/main.js", "/lib/preact.mjs", "/events", "/api/memory", "/nothing"]
    ) {
      assert.equal((await ask(port, path)).status, 401, path);
      assert.equal((await ask(port, `${path}?token=${token.slice(1)}x`)).status, 401, path);
    }
    assert.equal((await ask(port, `/api/memory?token=${token}`)).status, 200);
    const authorization = `Bearer ${token}`;
    assert.equal((await ask(port, "/", { headers: { authorization } })).status, 200);
    assert.equal(
      (await ask(port, "/", { headers: { authorization: `${authorization}x` } })).status,
      401,
    );
  });

  test("goes from the address into a cookie", async (context) => {
    const { port, url } = await serve(context, { host: "0.0.0.0" });
    const { status, headers } = await ask(port, `/${new URL(url).search}`);
    assert.equal(status, 303);
    assert.doesNotMatch(String(headers.location), /token/);
    const [set = ""] = headers["set-cookie"] ?? [];
    assert.match(set, /HttpOnly/);
    assert.match(set, /SameSite=/);
    const [cookie = ""] = set.split(";");
    assert.equal((await ask(port, "/", { headers: { cookie } })).status, 200);
    assert.equal((await ask(port, "/", { headers: { cookie: `${cookie}x` } })).status, 401);
  });

  test("may be one's own, on loopback, too", async (context) => {
    const token = "a-token.of_ones~own";
    const { port, url } = await serve(context, { token });
    assert.equal(url, `http://127.0.0.1:${port}/?token=${token}`);
    assert.equal((await ask(port, "/")).status, 401);
    assert.equal((await ask(port, `/page/main.js?token=${token}`)).status, 200);
    const headers = { host: "evil.example" };
    assert.equal((await ask(port, `/page/main.js?token=${token}`, { headers })).status, 421);
  });

  test("must be hard to guess", async () => {
    for (const token of ["", "short", "has spaces in it, and more"]) {
      await assert.rejects(startServer(new MadeUpGroup().open, { port: 0, token }), TypeError);
    }
  });
});

describe("the events", () => {
  /** Takes events until one is the last, and leaves. */
  async function take(
    port: number,
    isLast: (event: ServerEvent) => boolean,
  ): Promise<ServerEvent[]> {
    const gone = new AbortController();
    const taken: ServerEvent[] = [];
    try {
      for await (const event of events(port, gone.signal)) {
        taken.push(event);
        if (isLast(event)) break;
      }
    } finally {
      gone.abort();
    }
    return taken;
  }

  /** Counts events of a name. */
  const nth = (name: string, count: number): (event: ServerEvent) => boolean => {
    let seen = 0;
    return ({ event }) => event === name && ++seen === count;
  };

  test("begin with all there is, and go on with what changes", async (context) => {
    const { port } = await serve(context);
    const taken = await take(port, nth("values", 3));
    const names = taken.map(({ event }) => event);
    assert.deepEqual(names, ["presence", "objects", "people", "values", "values", "values"]);
    const [presence, objects, people, first, second] = taken.map(({ data }) => data);
    assert.deepEqual(presence, { there: true, reason: "" });
    assert.equal(objects.rings.length, 12);
    assert.equal(objects.rings[0].name, "rx_to_worker");
    assert.deepEqual(people.processes.map(({ pid }: { pid: number }) => pid), [4711, 4712, 4713]);
    assert.deepEqual(people.links.slice(0, 4), [0, 0, 0, 1]);
    assert.deepEqual(first.rings.at, objects.rings.map((_: unknown, at: number) => at));
    // Idle rings are not sent again.
    assert.equal(second.rings.at.includes(0), true);
    assert.equal(second.rings.at.includes(11), false);
    assert.equal(second.rings.in.length, second.rings.at.length);
    assert.equal(second.rings.in[0] > 0, true);
  });

  test("tell what is stuck, and by whom, and what leaks", async (context) => {
    const { port } = await serve(context, {}, new MadeUpGroup({ trouble: true }));
    const { stuck, leaks } = (await take(port, nth("values", 1))).at(-1)?.data ?? {};
    assert.equal(stuck[0].ring, 3);
    assert.equal(stuck[0].side, "prod");
    assert.equal(stuck[0].suspects[0].lcoreId, 2);
    assert.equal(leaks[0].mempool, 1);
    assert.equal(leaks[0].objects, 1234);
    assert.deepEqual([stuck[0].suspects[0].seen, leaks[0].empty], [true, false]);
  });

  test("tell who is only stopped, what has run out, and what moves too fast", async (context) => {
    const group = new MadeUpGroup({
      trouble: true,
      suspects: "stopped",
      empty: true,
      moving: true,
    });
    const { port } = await serve(context, {}, group);
    const { stuck, leaks, rings } = (await take(port, nth("values", 1))).at(-1)?.data ?? {};
    assert.deepEqual([stuck[0].suspects[0].seen, leaks[0].empty], [false, true]);
    assert.deepEqual(rings.moving.slice(0, 2), [1, 0]);
  });

  test("go on when the group has gone and come back", async (context) => {
    const group = new MadeUpGroup();
    const { port } = await serve(context, {}, group);
    let returned = false;
    const taken = await take(port, ({ event, data }) => {
      if (event === "values") group.gone = returned ? undefined : "it is gone";
      if (event === "presence" && !data.there) {
        returned = true;
        group.gone = undefined;
        group.primary = 4999;
      }
      return event === "values" && returned;
    });
    const gone = taken.find(({ event, data }) => event === "presence" && !data.there);
    assert.equal(gone?.data.reason, "Cannot look at the group: it is gone");
    assert.deepEqual(taken.slice(-4).map(({ event }) => event), [
      "presence",
      "objects",
      "people",
      "values",
    ]);
    assert.equal(taken.at(-2)?.data.processes[0].pid, 4999);
  });

  test("say why when there is no group at the start", async (context) => {
    const group = new MadeUpGroup();
    group.gone = "there is none";
    const { port } = await serve(context, {}, group);
    const [first] = await take(port, () => true);
    assert.deepEqual(first?.data, {
      there: false,
      reason: "Cannot look at the group: there is none",
    });
    assert.equal((await ask(port, "/api/memory")).status, 404);
  });

  test("are short with 1,000 rings", async (context) => {
    const many: MadeUpOptions = { rings: 1_000, mempools: 100 };
    const { port } = await serve(context, {}, new MadeUpGroup(many));
    const values = (await take(port, nth("values", 3))).filter(({ event }) => event === "values");
    const [whole = 0, ...changes] = values.map(({ bytes }) => bytes);
    // A third of the rings have flow: some 12 bytes for each of their numbers that moves.
    assert.equal(whole < 30_000, true, `all values are ${whole} bytes`);
    for (const bytes of changes) assert.equal(bytes < 20_000, true, `an update is ${bytes} bytes`);
  });
});

describe("the data", () => {
  test("has the past of objects", async (context) => {
    const { port } = await serve(context);
    for (
      const [kind, name, column] of [["ring", "log", "in"], ["mempool", "events", "inUse"], [
        "group",
        "",
        "used",
      ]]
    ) {
      const { status, body } = await ask(port, `/api/history?kind=${kind}&name=${name}`);
      assert.equal(status, 200, kind);
      const { times, columns } = JSON.parse(body);
      assert.equal(times.length > 0, true);
      assert.equal(columns[column ?? ""].length, times.length);
    }
    for (const query of ["", "?kind=ring&name=none", "?kind=__proto__&name=x"]) {
      assert.equal((await ask(port, `/api/history${query}`)).status, 404, query);
    }
  });

  test("has all of a ring, a mempool, and the memory", async (context) => {
    const { port } = await serve(context);
    const json = async (path: string): Promise<Record<string, unknown>> =>
      JSON.parse((await ask(port, path)).body);
    const ring = (await json("/api/ring?name=log"))["ring"] as { prod: { head: number } };
    assert.equal(ring.prod.head > 0, true);
    const pool = (await json("/api/mempool?name=events"))["mempool"] as { caches: unknown[] };
    assert.equal(pool.caches.length, 4);
    const { memzones, tailqs } = await json("/api/memory");
    assert.equal((memzones as unknown[]).length, 12);
    assert.equal((tailqs as unknown[]).length, 3);
    assert.equal((await ask(port, "/api/ring?name=none")).status, 404);
  });
});
