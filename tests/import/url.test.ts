// Imported by URL from a plain web server: no import map, no config, nothing cached before.

import { join } from "node:path";
import {
  assert,
  outcome,
  removePrefix,
  ROOT,
  runtimeName,
  runtimes,
  spawnPeer,
  spawnProgram,
  test,
  type TestContext,
  uniquePrefix,
} from "../kit.ts";
import { cpus } from "../interop/group.ts";
import { deno, emptyFolder, readmeScript, serve } from "./web.ts";

function takePrefix({ cleanup }: TestContext): string {
  const prefix = uniquePrefix("url");
  cleanup(() => removePrefix(prefix));
  return prefix;
}

/** The messages of the README's script, moved. */
const MOVED = /^message 0\nmessage 1\nmessage 2\nmessage 3\nDPDK [\d.]+, primary, 1023 objects/;

/** EAL arguments of a primary, or of a secondary, without PCI devices. */
function ealArgs(type: "primary" | "secondary", prefix: string, lcore: number): string[] {
  const usual = [`--lcores=${lcore}@${cpus()}`, "--no-pci", `--file-prefix=${prefix}`];
  return [...usual, `--proc-type=${type}`, ...(type === "primary" ? ["-m", "32"] : [])];
}

/** What Python's http.server calls TypeScript where Debian's list of types is. */
const QT = "text/vnd.trolltech.linguist";

if (runtimeName === "deno") {
  test("how servers may call TypeScript", async (context) => {
    const types = [
      ["video/mp2t", /^1\n$/],
      ["text/typescript", /^1\n$/],
      ["text/plain", /^1\n$/],
      ["application/octet-stream", /^1\n$/],
      [QT, /Expected a JavaScript or TypeScript module, but identified a Unknown module/],
    ] as const;
    for (const [type, told] of types) {
      const web = await serve(
        context,
        { "one.ts": "export const one: number = 1;" },
        "/nowhere",
        { ".ts": type },
      );
      const code = `import { one } from "${web.url}/one.ts";\nconsole.log(one);\n`;
      const folder = emptyFolder(context, { "script.ts": code });
      const result = await deno(context, folder, [`--allow-import=${web.host}`, "script.ts"])
        .result;
      assert.match(result.stdout || result.stderr, told, type);
    }
  });

  test("one file, which any server calls by its name", async (context) => {
    const made = emptyFolder(context);
    const words = ["bundle", "--quiet", "-o", join(made, "dpdk.js"), join(ROOT, "mod.ts")];
    const bundled = await spawnProgram(runtimes.deno, words).result;
    assert.equal(bundled.code, 0, outcome(bundled));
    const web = await serve(context, {}, made, { ".js": "text/javascript", ".ts": QT });
    const code = readmeScript("hello", `${web.url}/dpdk.js`, takePrefix(context));
    const folder = emptyFolder(context, {
      "hello.ts": code.replace("noPci: true", "noPci: true, noHuge: true"),
    });
    const flags = ["--no-check", "--allow-ffi", `--allow-import=${web.host}`];
    const result = await deno(context, folder, [...flags, "hello.ts"]).result;
    assert.match(result.stdout, MOVED, outcome(result));
  });

  test("a script of a few lines, with --allow-ffi and --allow-import; then without the server", async (context) => {
    const web = await serve(context);
    const code = readmeScript("hello", `${web.url}/mod.ts`, takePrefix(context));
    const folder = emptyFolder(context, {
      "hello.ts": code.replace("noPci: true", "noPci: true, noHuge: true"),
    });
    const words = ["--allow-ffi", `--allow-import=${web.host}`, "hello.ts"];
    const first = await deno(context, folder, words).result;
    assert.equal(first.code, 0, outcome(first));
    assert.match(first.stdout, MOVED);
    assert.deepEqual(
      web.asked.filter((path) => !/^(mod|ffi\/[\w/]+)\.ts$/.test(path)),
      [],
      "it asks for nothing but the graph of mod.ts",
    );
    await web.close();
    const second = await deno(context, folder, ["--cached-only", ...words]).result;
    assert.match(second.stdout, MOVED, outcome(second));
  });

  test("the type checker reads what a web server calls a film", {
    timeoutMs: 120_000,
  }, async (context) => {
    const web = await serve(context);
    const folder = emptyFolder(context, {
      "right.ts": readmeScript("hello", `${web.url}/mod.ts`, "x"),
      "wrong.ts": `import { Ring } from "${web.url}/mod.ts";\nRing.create(1);\n`,
    });
    const check = (name: string) =>
      spawnProgram(runtimes.deno, ["check", `--allow-import=${web.host}`, name], {
        cwd: folder,
        env: { DENO_DIR: `${folder}/.deno` },
        timeoutMs: 115_000,
      }).result;
    const right = await check("right.ts");
    assert.equal(right.code, 0, outcome(right));
    assert.match((await check("wrong.ts")).stderr, /TS2554|TS2345/);
  });

  test("what is not allowed is named", async (context) => {
    const web = await serve(context);
    const code = readmeScript("hello", `${web.url}/mod.ts`, takePrefix(context));
    const folder = emptyFolder(context, { "hello.ts": code });
    const denied = async (...flags: string[]): Promise<string> => {
      const result = await deno(context, folder, [...flags, "hello.ts"]).result;
      assert.equal(result.code, 1, outcome(result));
      return result.stderr;
    };
    assert.match(
      await denied("--allow-ffi"),
      new RegExp(`Requires import access to "${web.host}", run again with the --allow-import flag`),
    );
    assert.match(
      await denied(`--allow-import=${web.host}`, "--allow-read", "--allow-env"),
      /NotCapable: Requires ffi access to "libc\.so\.6", run again with the --allow-ffi flag/,
    );
  });

  test("an example by its URL is the primary of a C secondary: rings, both ways", async (context) => {
    const web = await serve(context);
    const prefix = takePrefix(context);
    const example = `${web.url}/examples/simple_mp.ts`;
    const args = ["--allow-ffi", example, ...ealArgs("primary", prefix, 3)];
    const primary = deno(context, emptyFolder(context), args);
    await primary.waitForLine(/^Starting core 3 as primary/);
    const secondary = spawnPeer("simple_mp", ealArgs("secondary", prefix, 5));
    context.cleanup(() => secondary.kill("SIGKILL"));
    await secondary.waitForLine(/Starting core 5/);
    primary.stdin.write("send to C\n");
    await secondary.waitForLine(/core 5: Received 'to C'/);
    secondary.stdin.write("send to Deno\n");
    await primary.waitForLine(/core 3: Received 'to Deno'/);
    for (const child of [secondary, primary]) {
      child.stdin.write("quit\n");
      const result = await child.result;
      assert.equal(result.code, 0, outcome(result));
    }
  });

  test("the control channel, whose Worker has no file: a C client is answered", async (context) => {
    const web = await serve(context);
    const prefix = takePrefix(context);
    const example = `${web.url}/examples/hello_mp/server.ts`;
    const args = ["--allow-ffi", example, ...ealArgs("primary", prefix, 3)];
    const server = deno(context, emptyFolder(context), args);
    await server.waitForLine(/^\[Server\] Ready$/);
    const own = ["--", "--count", "2", "--interval-ms", "10"];
    const client = spawnPeer("hello_mp_client", [...ealArgs("secondary", prefix, 5), ...own]);
    const result = await client.result;
    assert.equal(result.code, 0, outcome(result));
    await server.waitForLine(/^\[ASYNC\] Received: ASYNC Hello 2 from Client$/);
    server.kill("SIGINT");
    assert.equal((await server.result).code, 0, outcome(await server.result));
  });

  test("Workers are of the same URL, and need --allow-ffi alone", async (context) => {
    const web = await serve(context, {
      "own/script.ts": `
        import { Eal, Ring } from "../mod.ts";
        if ("postMessage" in globalThis) {
          postMessage(Ring.lookup("SHARED").capacity);
          close();
        } else {
          const eal = Eal.init({ filePrefix: Deno.args[0], memory: 16, noPci: true });
          const ring = Ring.create("SHARED", 64);
          const worker = new Worker(import.meta.url, { type: "module" });
          worker.onmessage = ({ data }) => {
            console.log("the Worker sees", data);
            ring.free();
            eal.cleanup();
          };
        }`,
    });
    const folder = emptyFolder(context);
    const own = [`${web.url}/own/script.ts`, takePrefix(context)];
    const result = await deno(context, folder, ["--allow-ffi", ...own]).result;
    assert.equal(result.code, 0, outcome(result));
    assert.equal(result.stdout, "the Worker sees 63\n");

    const all = cpus();
    const pipeline = [
      ...[`${web.url}/examples/pipeline.ts`, `--lcores=0@${all},1@${all},2@${all}`, "--no-pci"],
      ...["-m", "64", "--file-prefix", takePrefix(context), "--", "--seconds", "1"],
    ];
    const { stdout, code } = await deno(context, folder, ["--allow-ffi", ...pipeline]).result;
    assert.equal(code, 0, stdout);
    assert.match(stdout, /^([1-9]\d*) of \1 messages came back, 0 of them wrong$/m);
  });
} else {
  test("Bun imports nothing by URL: use a package there", async (context) => {
    const web = await serve(context);
    const folder = emptyFolder(context, {
      "static.ts": `import "${web.url}/mod.ts";`,
      "dynamic.ts": `await import("${web.url}/mod.ts");`,
    });
    for (const name of ["static.ts", "dynamic.ts", `${web.url}/mod.ts`]) {
      const result = await spawnProgram(runtimes.bun, ["run", name], { cwd: folder }).result;
      assert.notEqual(result.code, 0, outcome(result));
      assert.match(result.stderr, /ENOENT reading "http:|Module not found "http:/, name);
    }
    assert.deepEqual(web.asked, [], "it does not even ask");
  });
}
