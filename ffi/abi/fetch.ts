/**
 * DPDK's libraries from a web server, for hosts without DPDK's packages. `@denosaurs/plug` fetches
 * them and keeps them in its cache; it is imported when it is asked for, and never before.
 *
 * @module
 */

import {
  checkKeys,
  checkOneOf,
  DpdkError,
  elfLibrary,
  libc,
  quoted,
  readFile,
} from "../core/mod.ts";
import { load, runtime } from "../runtime/mod.ts";
import { environment, type Installation } from "./discover.ts";
import { installation, installationInUse } from "./libraries.ts";
import { DRIVERS } from "./siblings.ts";
import { isDriver, type LibrarySet, parseSums, sha256, SUMS } from "./sums.ts";

/** Where the libraries are, and how they are fetched. */
export interface LibrariesOptions {
  /**
   * The URL of their folder, in which a file `SHA256SUMS` names them:
   * `sha256sum lib*.so.* > SHA256SUMS`.
   */
  readonly url: string | URL;
  /**
   * The SHA-256 of the file `SHA256SUMS`, in hexadecimal, and so of all that it names. Without it the
   * server is trusted.
   */
  readonly sha256?: string;
  /**
   * How plug's cache is used. `use`: what is there is not fetched again; `only`: nothing is fetched;
   * `reloadAll`: all is, while no process uses it. `use` unless given.
   */
  readonly cache?: "use" | "only" | "reloadAll";
  /** Where plug is imported from, for mirrors of JSR; `jsr:@denosaurs/plug@1` unless given. */
  readonly plug?: string;
}

/** What is used of plug. */
interface Plug {
  download(options: { url: URL; cache: string }): Promise<string>;
}

const PLUG = "jsr:@denosaurs/plug@1";
const OPTIONS: readonly (keyof LibrariesOptions)[] = ["url", "sha256", "cache", "plug"];
const DIRECTORY_MODE = 0o755;

function reason(error: unknown): string {
  return error instanceof Error ? error.message.split("\n")[0]! : String(error);
}

/** What a folder's URL may begin with: what plug fetches. */
const PROTOCOLS: readonly string[] = ["https:", "http:", "file:"];

/** The folder's URL, with a slash at its end. */
function folderOf(url: unknown): URL {
  const refuse = (why: string): never => {
    throw new TypeError(`Cannot use ${quoted(String(url))} as url: ${why}`);
  };
  const folder = URL.canParse(String(url)) ? new URL(String(url)) : undefined;
  if (folder === undefined || !PROTOCOLS.includes(folder.protocol)) {
    return refuse("it must be a folder's, as https://...");
  }
  if (folder.search !== "" || folder.hash !== "") {
    return refuse("the names of files are put behind it, so it has no ? and no #");
  }
  if (!folder.pathname.endsWith("/")) folder.pathname += "/";
  return folder;
}

/** The sum that was given, if any. */
function sumOf(sum: unknown): string | undefined {
  if (sum === undefined) return undefined;
  if (typeof sum === "string" && /^[0-9a-f]{64}$/i.test(sum)) return sum.toLowerCase();
  throw new TypeError(
    `Cannot use ${quoted(String(sum))} as sha256: it must have 64 hexadecimal digits, as ` +
      `sha256sum ${SUMS} prints them`,
  );
}

/** Where plug is. A path would be looked for beside this file. */
function specifierOf(plug: unknown): string {
  if (plug === undefined) return PLUG;
  if (typeof plug === "string" && URL.canParse(plug)) return plug;
  throw new TypeError(
    `Cannot use ${quoted(String(plug))} as plug: it must be absolute, as https://... or jsr:...`,
  );
}

async function importPlug(specifier: string): Promise<Plug> {
  const refuse = (advice: string): never => {
    throw new DpdkError({ what: "fetch DPDK's libraries", advice });
  };
  if (runtime.name !== "deno") {
    return refuse(
      `${specifier} is for Deno; here, install DPDK's packages, or set DPDK_LIB_DIR to the ` +
        "directory of its libraries",
    );
  }
  let module: Partial<Plug> | undefined;
  try {
    module = await load(specifier) as Partial<Plug>;
  } catch (error) {
    return refuse(
      `${specifier} cannot be imported: ${reason(error)}; it needs --allow-net, --allow-read, ` +
        '--allow-write, --allow-env and --allow-import, and the option "plug" names a mirror',
    );
  }
  if (typeof module.download === "function") return module as Plug;
  return refuse(`${specifier} has no function download, as @denosaurs/plug has`);
}

/** The set in a folder, and the paths of its files in plug's cache. */
class Fetched {
  readonly #plug: Plug;
  readonly #folder: URL;
  readonly #cache: string;

  constructor(plug: Plug, folder: URL, cache: string) {
    this.#plug = plug;
    this.#folder = folder;
    this.#cache = cache;
  }

  /** Fetches a file whose bytes have this sum, if one is given. */
  async file(name: string, sum?: string): Promise<{ path: string; sum: string }> {
    const what = `fetch ${name} of ${this.#folder}`;
    let path: string;
    try {
      path = await this.#plug.download({ url: new URL(name, this.#folder), cache: this.#cache });
    } catch (error) {
      throw new DpdkError({ what, advice: reason(error) });
    }
    const bytes = readFile(path);
    if (bytes === undefined) throw new DpdkError({ what, advice: `${path} cannot be read` });
    const found = await sha256(new Uint8Array(bytes));
    if (sum === undefined || found === sum) return { path, sum: found };
    throw new DpdkError({
      what,
      advice:
        `its SHA-256 is ${found}, and should be ${sum}: it is another file, or was cut off; ` +
        'cache: "reloadAll" fetches it again',
    });
  }

  /** Fetches all of a set. */
  async all({ sums }: LibrarySet): Promise<Map<string, string>> {
    const paths = new Map<string, string>();
    await Promise.all([...sums].map(async ([name, sum]) => {
      const { path } = await this.file(name, sum);
      checkFile(name, path, sums, this.#folder);
      paths.set(name, path);
    }));
    return paths;
  }
}

/** Refuses a file that the linker would refuse, or mix with what is elsewhere. */
function checkFile(
  name: string,
  path: string,
  sums: ReadonlyMap<string, string>,
  folder: URL,
): void {
  const refuse = (advice: string): never => {
    throw new DpdkError({ what: `use ${name} of ${folder}`, advice });
  };
  const file = elfLibrary(path);
  const own = elfLibrary("/proc/self/exe")?.machine;
  if (file === undefined) return refuse("it is no shared library");
  if (file.machine !== own) {
    return refuse(`it is for ELF machine ${file.machine}, and this one is ${own}`);
  }
  if (file.soname !== name) return refuse(`its soname is ${quoted(file.soname)}`);
  const lacking = file.needed.filter((one) => one.startsWith("librte_") && !sums.has(one));
  if (lacking.length > 0) refuse(`it needs ${lacking.join(", ")}, which ${SUMS} does not name`);
}

/** Makes a directory in which the files have their own names; gives it. */
function arrange(directory: string, paths: ReadonlyMap<string, string>): string {
  libc().mkdir(directory, DIRECTORY_MODE);
  libc().mkdir(`${directory}/${DRIVERS}`, DIRECTORY_MODE);
  for (const [name, path] of paths) {
    const place = isDriver(name) ? `${directory}/${DRIVERS}/${name}` : `${directory}/${name}`;
    libc().symlink(path, place); // it may be there, from an earlier process
    if (readFile(place) === undefined) {
      throw new DpdkError({ what: `make ${place}`, advice: "its directory cannot be written" });
    }
  }
  return directory;
}

/** Uses the libraries of a directory in this process, its Workers, and processes that it starts. */
function use(directory: string): Installation {
  const before = environment("DPDK_LIB_DIR");
  libc().setenv("DPDK_LIB_DIR", directory, 1);
  try {
    return installation();
  } catch (error) {
    if (before === undefined) libc().unsetenv("DPDK_LIB_DIR");
    else libc().setenv("DPDK_LIB_DIR", before, 1);
    throw error;
  }
}

/**
 * Fetches DPDK's libraries, unless they are in the cache, and uses them in place of the system's. For
 * Deno, and for hosts without DPDK's packages; to be called before anything else of DPDK is used.
 *
 * A host whose own DPDK is of the same ABI is refused, as EAL would load its drivers among these:
 * `installation()`, which throws where there is none, tells.
 *
 * The folder holds the `.so` files of one release under their sonames, drivers among them, and the
 * libraries of the system that the host may lack, as `libnuma.so.1`. `DPDK_LIB_DIR` names the
 * directory afterwards, so that Workers and child processes use it, too.
 *
 * plug writes what it fetches to the standard output, and needs `--allow-net`, `--allow-read`,
 * `--allow-write`, `--allow-env` and `--allow-import` besides `--allow-ffi`.
 *
 * In C it is the dynamic linker, and rte_eal_init for drivers, that find libraries.
 *
 * @example
 * ```ts
 * import { Eal, installation, libraries } from "@dpdk-ts/dpdk";
 *
 * try {
 *   installation(); // throws where there is none
 * } catch {
 *   await libraries({ url: "https://files.example/dpdk-22.11-x86_64/" });
 * }
 * using eal = Eal.init({ filePrefix: "demo", memory: 64 });
 * ```
 *
 * @param options where they are
 * @returns which DPDK it is
 * @throws {TypeError} on a bad option
 * @throws {DpdkError} on Bun; when plug or a file cannot be fetched; when a file is not what
 *   `SHA256SUMS` says, or no library for this machine; when DPDK is in use already; when the host has
 *   the same ABI installed
 */
export async function libraries(options: LibrariesOptions): Promise<Installation> {
  checkKeys(options, OPTIONS, "libraries");
  const folder = folderOf(options.url);
  const cache = checkOneOf(options.cache ?? "use", ["use", "only", "reloadAll"], "cache");
  const sum = sumOf(options.sha256);
  const plug = await importPlug(specifierOf(options.plug));
  const fetched = new Fetched(plug, folder, cache);
  const list = await fetched.file(SUMS, sum);
  const set = parseSums(new TextDecoder().decode(readFile(list.path)), String(folder));
  const directory = `${list.path}.${list.sum.slice(0, 16)}`;
  const used = installationInUse();
  if (used?.directory === directory) return used;
  if (used !== undefined) {
    throw new DpdkError({
      what: `use the libraries of ${folder}`,
      advice: `this process uses those of ${used.directory}; call libraries() before anything else`,
    });
  }
  return use(arrange(directory, await fetched.all(set)));
}
