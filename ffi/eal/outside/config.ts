/**
 * A group's config file for one who looks from outside.
 *
 * @module
 */

import { type Abi, ABIS, knownAbis } from "../../abi/mod.ts";
import { DpdkError, libc, readText } from "../../core/mod.ts";
import { fileStatus, O, openFile } from "../group/posix.ts";
import { lockHolder } from "../group/processes.ts";
import { configLayout, RTE_MAGIC } from "../layout.ts";
import { versionText } from "../primary.ts";
import { ealState } from "../state.ts";
import { Bytes } from "./bytes.ts";

/** The size of the file in every release that is known. */
export const CONFIG_SIZE: number = configLayout(ABIS[0]!).size;

/** A config file that was read. */
export interface ReadConfig {
  readonly view: DataView<ArrayBuffer>;
  readonly abi: Abi;
  /** The primary's DPDK version: `22.11.11`. */
  readonly version: string;
}

/**
 * Where this process itself has a file mapped, 0 when it has not, -1 when it may have had: after its
 * cleanup a primary has its lock still.
 */
function ownMapping(path: string): number {
  if (ealState() === "none") return 0;
  const id = fileStatus(path)?.id;
  const lines = (readText("/proc/self/maps") ?? "").split("\n").filter((line) =>
    line.endsWith("/config")
  );
  const own = lines.find((line) => {
    const [, , , device, inode, mapped] = line.split(/ +/);
    return `${device}:${inode}` === id || mapped === path;
  });
  if (own !== undefined) return parseInt(own, 16);
  return id !== undefined && lockHolder(id) === libc().getpid() ? -1 : 0;
}

/**
 * Reads a config file. In a process of the group itself its own mapping is read: a primary that opened
 * and closed the file would give its lock on it up, and be dead to others.
 */
function readBytes(path: string): DataView<ArrayBuffer> | string {
  const bytes = new Bytes(CONFIG_SIZE);
  const mapped = ownMapping(path);
  if (mapped < 0) return "this process was its primary, and has not ended yet";
  const fd = openFile(mapped === 0 ? path : "/proc/self/mem", O.NONBLOCK);
  if (fd < 0) return `${path} cannot be read`;
  try {
    return bytes.read(fd, CONFIG_SIZE, mapped) ? bytes.view : `${path} is cut off`;
  } finally {
    libc().close(fd);
  }
}

/**
 * Reads a group's config file.
 *
 * @param directory the group's
 * @throws {DpdkError} when it cannot be read, is none, or is of a DPDK that is not known
 */
export function readGroupConfig(directory: string): ReadConfig {
  const path = `${directory}/config`;
  const refuse = (advice: string) => new DpdkError({ what: `look into ${directory}`, advice });
  const view = readBytes(path);
  if (typeof view === "string") throw refuse(view);
  const magic = view.getUint32(0, true);
  if (magic === 0) throw refuse("its primary has not finished its start, or failed in it");
  if (magic !== RTE_MAGIC) throw refuse(`${path} is no config file of DPDK`);
  const version = versionText(view.getUint32(4, true));
  const abi = ABIS.find(({ release }) => version.startsWith(`${release}.`));
  if (abi !== undefined) return { view, abi, version };
  throw refuse(`it runs DPDK ${version}, whose layouts are not known; known are ${knownAbis()}`);
}
