/**
 * Runs commands in a root file system, with this checkout in it.
 *
 * @module
 */

import { existsSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import process from "node:process";
import { ROOT } from "../root.ts";
import { executable, RUNTIME_VARIABLES, RUNTIMES } from "../runtimes.ts";

/**
 * What enters a root: `$1` is its folder, `$2` how many of the following are there, too, under the
 * same name; the rest is the command. What is written into the folders for such things goes when the
 * command ends, and so do all mounts, as the mount namespace is its own. The root becomes the one of
 * that namespace, rather than a directory that is called so, where there is a program for that: in such
 * a directory no user namespaces can be made.
 */
const SCRIPT = `
  root=$1 count=$2
  shift 2
  mount --rbind "$root" "$root"
  for path in /tmp /run /root /var/tmp; do mount -t tmpfs -o mode=1777 tmpfs "$root$path"; done
  chmod 755 "$root/run"
  chmod 700 "$root/root"
  while [ "$count" -gt 0 ]; do
    if [ -d "$1" ]; then
      mkdir -p "$root$1"
    else
      mkdir -p "$root\${1%/*}"
      [ -e "$root$1" ] || : > "$root$1"
    fi
    mount --rbind "$1" "$root$1"
    shift
    count=$((count - 1))
  done
  mkdir "$root/run/bin"
  [ -z "$NPM" ] || ln -s "$NPM/bin/npm-cli.js" "$root/run/bin/npm"
  cd "$root"
  if command -v pivot_root > /dev/null; then
    pivot_root . .
    umount --lazy .
    cd "$CHECKOUT"
    exec "$@"
  fi
  exec chroot . sh -ec 'cd "$CHECKOUT"; exec "$@"' sh "$@"
`;

/** Where the kernel tells and is told, hugepages included. */
const KERNEL: readonly string[] = ["/proc", "/sys", "/dev"];

/** How this system reaches npm's registry: tests of packages and bundles do. */
const NETWORK: readonly string[] = [
  "/etc/resolv.conf",
  "/etc/ssl/certs",
  "/etc/npmrc",
  "/usr/local/etc/npmrc",
  join(homedir(), ".npmrc"),
];
const NETWORK_VARIABLES = /^(npm_config_.*|(https?|no)_proxy|NODE_EXTRA_CA_CERTS)$/i;

/** Where programs of a Debian are. */
const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** A command, and its environment, in which nothing speaks of this system's folders. */
export interface Entry {
  /** The program and its arguments. */
  readonly command: readonly string[];
  /** All environment variables. */
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Wraps a command so that it runs in a root file system. That takes a process that is root.
 *
 * @param root The root's folder.
 * @param command The program, as it is called there, and its arguments.
 * @returns What to run. Its process is the command's, in the end: signals reach that.
 */
export function entering(root: string, command: readonly string[]): Entry {
  const { node, npm } = npmHere();
  const shared = [...KERNEL, ...checkout(), ...node, ...npm, ...NETWORK.filter(existsSync)];
  const script = ["sh", "-ec", SCRIPT, "sh", root, String(shared.length), ...shared, ...command];
  return {
    command: ["unshare", "--mount", ...script],
    env: {
      ...Object.fromEntries(
        Object.entries(process.env).filter(([name]) => NETWORK_VARIABLES.test(name)),
      ),
      ...Object.fromEntries(RUNTIMES.map((name) => [RUNTIME_VARIABLES[name], executable(name)])),
      CHECKOUT: ROOT,
      HOME: "/root",
      LANG: "C.UTF-8",
      NPM: npm[0] ?? "",
      PATH: [PATH, "/run/bin", ...node.map(dirname)].join(delimiter),
    },
  };
}

/** Node's program, and the folder of its npm, which is no package of the other Debians; none is none. */
function npmHere(): { node: string[]; npm: string[] } {
  const folders = (process.env["PATH"] ?? "").split(delimiter)
    .filter((folder) => !folder.includes("node_modules"));
  const [node, npm] = ["node", "npm"].map((name) =>
    folders.map((folder) => join(folder, name)).find((file) => existsSync(file))
  );
  return {
    node: node === undefined ? [] : [realpathSync(node)],
    npm: npm === undefined ? [] : [dirname(dirname(realpathSync(npm)))],
  };
}

/** This checkout, and what is outside of it: node_modules may be a link, the runtimes anywhere. */
function checkout(): string[] {
  const paths = [ROOT, join(ROOT, "node_modules"), ...RUNTIMES.map(executable)];
  const shared: string[] = [];
  for (const path of paths.flatMap((path) => path === ROOT ? [path] : [path, realpathSync(path)])) {
    if (!shared.some((folder) => path === folder || path.startsWith(`${folder}/`))) {
      shared.push(path);
    }
  }
  return shared;
}
