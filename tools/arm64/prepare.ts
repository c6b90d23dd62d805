/**
 * Makes what {@linkcode places.ts} tells of: nothing of it touches the packages of this machine.
 *
 * @module
 */

import { install } from "../setup/debian.ts";
import type { Host } from "../setup/host.ts";
import { mustRun } from "../setup/need.ts";
import { armFolder, type ArmRelease, hasRelease, hasRuntimes, RELEASES, rootOf } from "./places.ts";

/** The cross compiler, and the emulator. */
const PACKAGES: readonly string[] = [
  "gcc-aarch64-linux-gnu",
  "libc6-dev-arm64-cross",
  "qemu-user-static",
];

/**
 * Fetches packages of arm64 with lists and a state of their own, and unpacks them: `$1` is the folder,
 * `$2` the suite, `$3` where this machine's Debian comes from, `$4` whether what they depend on comes,
 * too. What is half-made has another name.
 */
const UNPACK = `
  folder=$1 work=$1.making suite=$2 mirror=$3 whole=$4
  shift 4
  rm -rf "$work"
  mkdir -p "$work/apt/lists/partial" "$work/apt/archives/partial" "$work/root"
  : > "$work/apt/status"
  keys=/usr/share/keyrings/debian-archive-keyring.gpg
  echo "deb [arch=arm64 signed-by=$keys] $mirror $suite main" > "$work/apt/sources.list"
  apt() {
    apt-get -o APT::Architecture=arm64 -o APT::Architectures=arm64 -o APT::Sandbox::User=root \\
      -o Dir::Etc::SourceList="$work/apt/sources.list" -o Dir::Etc::SourceParts=/dev/null \\
      -o Dir::State="$work/apt" -o Dir::State::status="$work/apt/status" \\
      -o Dir::Cache="$work/apt" -o Dir::Cache::archives="$work/apt/archives" "$@"
  }
  apt update
  if [ "$whole" = yes ]; then
    apt --yes --no-install-recommends --download-only install "$@"
  else
    (cd "$work/apt/archives" && apt download "$@")
  fi
  for package in "$work"/apt/archives/*.deb; do dpkg-deb -x "$package" "$work/root"; done
  rm -rf "$folder"
  mv "$work/root" "$folder"
  rm -rf "$work"
`;

/** Fetches the runtimes for arm64: `$1` is the folder, `$2` Deno's package, `$3` Bun's. */
const FETCH = `
  folder=$1/runtimes work=$1/runtimes.making
  rm -rf "$work"
  mkdir -p "$work"
  cd "$work"
  fetch() {
    tar -xzf "$(npm pack --silent "$1")" "package/$2"
    mv "package/$2" "$3"
    chmod +x "$3"
    rm -rf package ./*.tgz
  }
  fetch "$2" deno deno
  fetch "$3" bin/bun bun
  rm -rf "$folder"
  mv "$work" "$folder"
`;

/** Where this machine's Debian comes from, as its own lists say. */
function mirror(host: Host): string {
  const format = ["--format", "$(ORIGIN) $(REPO_URI)", "Created-By: Packages"];
  const { output } = host.run(["apt-get", "indextargets", ...format]);
  const found = output.split("\n").find((line) => line.startsWith("Debian "))?.slice(7);
  if (found === undefined) throw new Error("Cannot fetch packages: apt knows no Debian");
  return found;
}

function shell(host: Host, script: string, args: readonly string[]): void {
  mustRun(host, ["sh", "-euc", script, "sh", ...args]);
}

function unpack(host: Host, release: ArmRelease): void {
  const { number, suite, contents } = release;
  host.say(`Setup: unpacking DPDK ${number} for arm64 (${contents}) into ${rootOf(release)}`);
  const whole = contents === "system";
  const packages = whole ? ["dpdk", "libdpdk-dev"] : ["libdpdk-dev"];
  shell(host, UNPACK, [rootOf(release), suite, mirror(host), whole ? "yes" : "no", ...packages]);
}

/** The runtimes in the versions that are pinned for this machine. */
function fetchRuntimes(host: Host): void {
  host.say("Setup: fetching Deno and Bun for arm64 by npm");
  const { devDependencies } = JSON.parse(host.read("package.json") ?? "{}");
  const deno = `@deno/linux-arm64-glibc@${devDependencies.deno}`;
  const bun = `@oven/bun-linux-aarch64@${devDependencies.bun}`;
  shell(host, FETCH, [armFolder(), deno, bun]);
}

/**
 * Makes what is missing of arm64, on Debian and as root.
 *
 * @param host The machine.
 */
export function prepare(host: Host): void {
  const format = "--showformat=${Package} ${db:Status-Status}\\n";
  const known = host.run(["dpkg-query", "--show", format, ...PACKAGES]).output.split("\n");
  const missing = PACKAGES.filter((name) => !known.includes(`${name} installed`));
  if (missing.length > 0) install(host, missing);
  for (const release of RELEASES) if (!hasRelease(release)) unpack(host, release);
  if (!hasRuntimes()) fetchRuntimes(host);
}
