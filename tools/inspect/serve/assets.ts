/**
 * What the page is made of: its own modules, and those of the libraries, from where they are installed.
 *
 * The page's import map says which libraries it needs; each is served at the address that the map has
 * for it. Nothing is built.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

/** The page's own modules. */
const PAGE = new URL("../page/", import.meta.url);

/** What files are, by the end of their names. */
const TYPES: Readonly<Record<string, string>> = {
  css: "text/css; charset=utf-8",
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  mjs: "text/javascript; charset=utf-8",
  svg: "image/svg+xml",
};

/** A file that is served. */
export interface Asset {
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The same, compressed. */
  readonly gzip: Uint8Array<ArrayBuffer>;
  /** Changes with its bytes. */
  readonly etag: string;
}

/** All that is served. */
export interface Assets {
  /** The files by their paths: `/`, `/page/main.js`, `/lib/preact.js`. */
  readonly files: ReadonlyMap<string, () => Asset>;
  /** What a Content-Security-Policy says to allow the import map, which must stand in the page. */
  readonly importMapHash: string;
}

/** Reads a file when it is first asked for, and keeps it. */
function lazily(url: URL, path: string): () => Asset {
  let asset: Asset | undefined;
  return () => {
    if (asset === undefined) {
      const bytes = new Uint8Array(readFileSync(url));
      const etag = createHash("sha256").update(bytes).digest("base64url").slice(0, 22);
      const type = TYPES[path.slice(path.lastIndexOf(".") + 1)] ?? "application/octet-stream";
      asset = { type, bytes, gzip: new Uint8Array(gzipSync(bytes)), etag: `"${etag}"` };
    }
    return asset;
  };
}

/**
 * Finds all that is served.
 *
 * @returns The files. Throws when a library is not installed.
 */
export function findAssets(): Assets {
  const index = new URL("index.html", PAGE);
  const map = readFileSync(index, "utf8").match(/<script type="importmap">([^]*?)<\/script>/)?.[1];
  const { imports }: { imports: Record<string, string> } = JSON.parse(map ?? '{ "imports": {} }');
  const files = new Map([["/", lazily(index, "index.html")]]);
  for (const name of readdirSync(PAGE)) {
    if (/\.(css|js|svg)$/.test(name)) files.set(`/page/${name}`, lazily(new URL(name, PAGE), name));
  }
  for (const [specifier, address] of Object.entries(imports)) {
    const path = address.replace(/^\./, "");
    files.set(path, lazily(new URL(import.meta.resolve(specifier)), path));
  }
  const hash = createHash("sha256").update(map ?? "").digest("base64");
  return { files, importMapHash: `'sha256-${hash}'` };
}
