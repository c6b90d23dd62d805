/**
 * Packets to try the headers on, and C that looks at the same bytes.
 *
 * @module
 */

import type { ByteWindow } from "../../ffi/core/mod.ts";
import { assert, outcome, spawnPeer } from "../kit.ts";

/** Memory around a packet on either side. */
const MARGIN = 40;

/** A packet in the middle of some memory. */
export class TestPacket implements ByteWindow {
  view: DataView<ArrayBuffer> = new DataView(new ArrayBuffer(0));
  dataStart = 0;
  dataLen = 0;

  constructor(bytes: ArrayLike<number> = []) {
    this.set(bytes);
  }

  /** Becomes another packet, in other memory. */
  set(bytes: ArrayLike<number>): this {
    const all = new Uint8Array(bytes.length + 2 * MARGIN).fill(0xa5);
    all.set(bytes, MARGIN);
    // The view begins inside the memory, as that of a pool's chunk may.
    this.view = new DataView(all.buffer, 8);
    this.dataStart = MARGIN - 8;
    this.dataLen = bytes.length;
    return this;
  }

  /** The packet's bytes, as they are now. */
  get bytes(): Uint8Array {
    const { buffer, byteOffset } = this.view;
    return new Uint8Array(buffer, byteOffset + this.dataStart, this.dataLen);
  }
}

/** Bytes as `view_net.c` takes them. */
export function hex(bytes: Uint8Array): string {
  if (bytes.length === 0) return "-";
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Bytes of a text of hexadecimal digits; blanks do not count. */
export function unhex(text: string): Uint8Array {
  return Uint8Array.from(text.replaceAll(/\s/g, "").match(/../g) ?? [], (two) => parseInt(two, 16));
}

/** Random bytes. */
export function randomBytes(random: (limit: number) => number, length: number): Uint8Array {
  return Uint8Array.from({ length }, () => random(256));
}

/** What C answers to each question. */
export async function askC(questions: readonly string[]): Promise<string[]> {
  const child = spawnPeer("view_net");
  child.stdin.end(questions.map((question) => `${question}\n`).join(""));
  const result = await child.result;
  assert.equal(result.code, 0, outcome(result));
  const answers = result.stdout.split("\n").map((line) => line.trim()).slice(0, -1);
  assert.equal(answers.length, questions.length);
  return answers;
}

/** Texts, numbers and truths as C prints them. */
export function printed(values: readonly (string | number | boolean)[]): string {
  return values.map((value) => typeof value === "boolean" ? Number(value) : value).join(" ");
}
