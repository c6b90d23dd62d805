/**
 * The sockets under rte_mp: datagram sockets in the group's directory, `mp_socket` of the primary
 * and `mp_socket_<pid>_<tsc>` of each secondary.
 *
 * @module
 */

import { abi } from "../abi/mod.ts";
import {
  DpdkError,
  Errno,
  errno,
  fcntlConstants,
  libc,
  listDirectory,
  sockaddr_un,
  socketConstants,
  timeval,
} from "../core/mod.ts";
import { eal, multiProcessDisabled } from "../eal/mod.ts";
import { type Calls, decodeString, type Pointer, runtime } from "../runtime/mod.ts";
import { messageLayout } from "./library.ts";
import { encodeMessage } from "./message.ts";

const SYMBOLS = {
  connect: "int (int fd, const void *address, unsigned int length)",
  getsockname: "int (int fd, void *address, void *length)",
  sendto:
    "ssize_t (int fd, const void *buf, size_t n, int flags, const void *address, unsigned int length)",
  setsockopt: "int (int fd, int level, int name, const void *value, unsigned int length)",
  shutdown: "int (int fd, int how)",
  socket: "int (int domain, int type, int protocol)",
} as const;

let opened: Calls<typeof SYMBOLS> | undefined;

function calls(): Calls<typeof SYMBOLS> {
  return opened ??= runtime.open("libc.so.6", SYMBOLS);
}

const {
  AF_UNIX,
  MSG_DONTWAIT,
  SHUT_RDWR,
  SO_SNDTIMEO,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOL_SOCKET,
} = socketConstants.values;
const { F_SETFD, FD_CLOEXEC } = fcntlConstants.values;

const ADDRESS_BYTES = sockaddr_un.size;
const { sun_family: FAMILY, sun_path: PATH } = sockaddr_un.fields;

/** The most bytes of a socket's path. */
export const PATH_BYTES: number = PATH.size;

function addressOf(path: string): ArrayBuffer {
  const bytes = new Uint8Array(new ArrayBuffer(ADDRESS_BYTES));
  bytes[FAMILY.offset] = AF_UNIX;
  new TextEncoder().encodeInto(path, bytes.subarray(PATH.offset));
  return bytes.buffer;
}

/** The group's directory. */
function directory(): string {
  return eal().rte_eal_get_runtime_dir() ?? "";
}

/** Why nobody would take what is sent to a socket; 0 when somebody has it open. */
function socketErrno(path: string): number {
  const fd = calls().socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return 0;
  try {
    const address = addressOf(path);
    if (calls().connect(fd, runtime.pointerTo(address), ADDRESS_BYTES) === 0) return 0;
    return errno();
  } finally {
    libc().close(fd);
  }
}

/** Why the primary takes no messages, `ENOENT` or `ECONNREFUSED`; 0 when it is there. */
export function primaryErrno(): number {
  return socketErrno(`${directory()}/mp_socket`);
}

/**
 * The sockets of the living secondaries. Those that dead ones left are removed, as DPDK does when it
 * sends to them.
 */
export function secondarySockets(): string[] {
  const folder = directory();
  return listDirectory(folder)
    .filter((name) => name.startsWith("mp_socket_"))
    .map((name) => `${folder}/${name}`)
    .filter((path) => {
      const status = socketErrno(path);
      if (status === Errno.ECONNREFUSED) libc().unlink(path);
      return status !== Errno.ECONNREFUSED && status !== Errno.ENOENT;
    });
}

/** The socket of a secondary that was seen alive. */
let seen = "";

/** Whether a secondary lives: a look at one socket, as a rule, however many there are. */
export function hasSecondary(): boolean {
  if (seen !== "" && socketErrno(seen) === 0) return true;
  seen = secondarySockets()[0] ?? "";
  return seen !== "";
}

/** A process's message socket. */
export interface MpSocket {
  /** The process's id as it counts itself, in its pid namespace; `undefined` for the primary. */
  readonly pid: number | undefined;
  /** Whether a process has it open; otherwise it is what a dead one left. */
  readonly open: boolean;
}

/** The message sockets in this process's group, in whatever pid namespace their processes are. */
export function messageSockets(): MpSocket[] {
  const folder = directory();
  return listDirectory(folder).flatMap((name) => {
    const match = /^mp_socket(?:_(\d+)_.*)?$/.exec(name);
    if (match === null) return [];
    const status = socketErrno(`${folder}/${name}`);
    if (status === Errno.ENOENT) return []; // it has just left
    const pid = match[1] === undefined ? undefined : Number(match[1]);
    return [{ pid, open: status !== Errno.ECONNREFUSED }];
  });
}

let ownSocket: number | undefined;
let ownPath = "";

/** DPDK's own socket in this process; `undefined` when it has none, as with `--in-memory`. */
function mpSocket(): number | undefined {
  if (ownSocket !== undefined) return ownSocket;
  const start = `${directory()}/mp_socket`;
  const address = new Uint8Array(new ArrayBuffer(ADDRESS_BYTES));
  const length = new Uint32Array(new ArrayBuffer(4));
  for (const name of listDirectory("/proc/self/fd")) {
    length[0] = ADDRESS_BYTES;
    address.fill(0);
    const fd = Number(name);
    const status = calls().getsockname(
      fd,
      runtime.pointerTo(address.buffer),
      runtime.pointerTo(length.buffer),
    );
    const path = decodeString(address.subarray(PATH.offset));
    if (status === 0 && address[FAMILY.offset] === AF_UNIX && path.startsWith(start)) {
      ownPath = path;
      // A child of this script must not keep the socket alive when the script has ended.
      libc().fcntl(fd, F_SETFD, FD_CLOEXEC);
      return ownSocket = fd;
    }
  }
  return undefined;
}

/**
 * Ends DPDK's message thread, which ends when its socket does, and removes the socket: this process
 * is about to end without a cleanup, and nobody may be called back any more.
 */
export function endMessages(): void {
  if (ownSocket === undefined) return;
  calls().shutdown(ownSocket, SHUT_RDWR);
  libc().unlink(ownPath);
  // One message may be on its way into the bridge.
  libc().usleep(10_000);
}

/** A `struct timeval`, which stays where it is. */
function timevalOf(ms: number): Pointer {
  const time = new DataView(new ArrayBuffer(timeval.size));
  time.setBigInt64(timeval.fields.tv_sec.offset, BigInt(Math.floor(ms / 1000)), true);
  time.setBigInt64(timeval.fields.tv_usec.offset, BigInt(ms % 1000) * 1000n, true);
  kept.push(time.buffer);
  return runtime.pointerTo(time.buffer);
}

const kept: ArrayBuffer[] = [];

/** How long a message of another thread may wait for a peer that takes none, in ms. */
export const STALL_MS = 2000;

/** How long a request or a reply of the script may, in ms. */
const PATIENCE_MS = 100;

/** How long a one-way message may, in ms: who floods waits for who receives. */
const SEND_MS = 1500;

interface Patience {
  readonly short: Pointer;
  readonly send: Pointer;
  readonly long: Pointer;
}

let patience: Patience | undefined;

function setPatience(fd: number, which: keyof Patience): void {
  patience ??= {
    short: timevalOf(PATIENCE_MS),
    send: timevalOf(SEND_MS),
    long: timevalOf(STALL_MS),
  };
  calls().setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, patience[which], timeval.size);
}

/**
 * Bounds how long any thread of this process may wait for a peer that has stopped taking messages:
 * DPDK's socket blocks without time-out when the peer's queue is full (`net.unix.max_dgram_qlen`, 10
 * datagrams). Who waited in vain fails with `EAGAIN`.
 */
export function boundSends(): void {
  const fd = mpSocket();
  if (fd !== undefined) setPatience(fd, "long");
}

/**
 * Calls a function of DPDK that sends on the script's thread, with less patience. What other threads
 * of DPDK send meanwhile is bounded alike.
 */
export function patiently<T>(call: () => T, which: "short" | "send" = "short"): T {
  const fd = mpSocket();
  if (fd === undefined) return call();
  setPatience(fd, which);
  try {
    return call();
  } finally {
    setPatience(fd, "long");
  }
}

/**
 * Refuses to go on where DPDK has no messages. It would not say so of each call itself.
 *
 * @param what what was tried
 * @throws {DpdkError} `ENOTSUP`
 */
export function requireMessages(what: string): void {
  const refuse = (advice: string) => new DpdkError({ what, errno: Errno.ENOTSUP, advice });
  if (mpSocket() === undefined) {
    throw refuse(
      "this process shares nothing with others (--in-memory, --no-shconf), so DPDK has no messages",
    );
  }
  if (multiProcessDisabled()) {
    throw refuse("multi-process was switched off (rte_mp_disable): no secondary can attach");
  }
}

/** The type of a frame that tells a requester not to wait for this process: `MP_IGN`. */
const MP_IGN = 3;

/**
 * A frame as DPDK puts it on the wire (`struct mp_msg_internal`, without the descriptors): a type,
 * then the message where its alignment puts it.
 */
export function frame(type: number, message: Uint8Array<ArrayBuffer>): ArrayBuffer {
  const { number } = abi();
  const { fields } = messageLayout();
  const start = number === 26 ? 8 : 4;
  // Only 25.11 pads the whole to a multiple of 8, and the descriptors are left out of that.
  const bytes = new Uint8Array(new ArrayBuffer({ 23: 332, 25: 332, 26: 340 }[number]));
  new DataView(bytes.buffer).setInt32(0, type, true);
  bytes.set(message.subarray(0, fields.fds.offset), start);
  return bytes.buffer;
}

/**
 * Tells a requester to count this process out: an `MP_IGN`, which DPDK sends itself only and has no
 * function for.
 *
 * @param name the request's
 * @param peer the requester's socket
 * @returns 0, or the error number
 */
export function sendIgnore(name: string, peer: string): number {
  const fd = mpSocket();
  if (fd === undefined) return Errno.ENOTSUP;
  const bytes = frame(MP_IGN, encodeMessage(name, {}, `ignore "${name}"`));
  const address = addressOf(peer);
  const sent = calls().sendto(
    fd,
    runtime.pointerTo(bytes),
    bytes.byteLength,
    MSG_DONTWAIT,
    runtime.pointerTo(address),
    ADDRESS_BYTES,
  );
  return sent === bytes.byteLength ? 0 : errno();
}
