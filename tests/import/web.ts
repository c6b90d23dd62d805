/**
 * A plain web server on loopback, and scripts that import from it.
 *
 * @module
 */

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, extname, join } from "node:path";
import {
  type Child,
  ROOT,
  runtimes,
  type SpawnOptions,
  spawnProgram,
  type TestContext,
} from "../kit.ts";

/** What web servers call files by their names; TypeScript is a film to them. */
const TYPES: Readonly<Record<string, string>> = { ".ts": "video/mp2t", ".js": "text/javascript" };

/** Files that a server has besides those on the disk, by path: `a/b.ts`. */
export type Pages = Readonly<Record<string, string | Uint8Array>>;

/** A server that runs. */
export interface Web {
  /** Where it is: `http://127.0.0.1:1234`. */
  readonly url: string;
  /** Its host and port, as Deno's permissions name them. */
  readonly host: string;
  /** The paths that were asked for, in order. */
  readonly asked: readonly string[];
  /** Ends it. */
  close(): Promise<void>;
}

/** Serves a folder's files, and pages, until the test has ended. */
export async function serve(
  context: TestContext,
  pages: Pages = {},
  folder = ROOT,
  types = TYPES,
): Promise<Web> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? "/", "http://host").pathname).slice(1);
    asked.push(path);
    try {
      const body = pages[path] ?? readFileSync(join(folder, path));
      response.writeHead(200, { "content-type": types[extname(path)] ?? "text/plain" }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  context.cleanup(close);
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url: `http://${host}`, host, asked, close };
}

/** An empty folder outside the checkout, with these files; gone after the test. */
export function emptyFolder({ cleanup }: TestContext, files: Pages = {}): string {
  const path = mkdtempSync(join(tmpdir(), "dpdk-ts-import-"));
  cleanup(() => rmSync(path, { recursive: true, force: true }));
  for (const [name, body] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), body);
  }
  return path;
}

/** Runs Deno with these flags and nothing that was cached before; it asks for no permission. */
export function deno(
  context: TestContext,
  folder: string,
  words: readonly string[],
  options: SpawnOptions = {},
): Child {
  const child = spawnProgram(runtimes.deno, ["run", "--no-prompt", "--quiet", ...words], {
    cwd: folder,
    ...options,
    env: { DENO_DIR: join(folder, ".deno"), ...options.env },
  });
  context.cleanup(async () => {
    child.kill("SIGKILL");
    await child.result;
  });
  return child;
}

/** What a script of the README is, which imports the library from elsewhere. */
export function readmeScript(name: string, from: string, prefix: string): string {
  const readme = readFileSync(join(ROOT, "README.md"), "utf8");
  const code = readme.split("```ts\n").find((block) => block.startsWith(`// ${name}.ts\n`));
  return code!.split("```")[0]!.replaceAll(`"./dpdk.ts/mod.ts"`, JSON.stringify(from))
    .replaceAll(`"${name}"`, JSON.stringify(prefix));
}
