/**
 * Frames on a network interface, sent and received by raw_packets.c.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { assert, compilePeer, type End, spawnProgram, type TestContext } from "../kit.ts";
import { talk } from "./dialog.ts";

/** How frames are sent. */
export interface Sending {
  /** How often the frame is sent; 1 unless given. */
  readonly count?: number;
  /** Where in it a sequence number is put: 4 bytes, big endian; none unless given. */
  readonly at?: number;
  /** The first sequence number; 0 unless given. */
  readonly first?: number;
  /** How long to rest after each 32 frames, in microseconds; 0 unless given. */
  readonly pauseUs?: number;
}

/** What is known of the sequence numbers in what has come. */
export interface Sequence {
  /** How many frames have come. */
  readonly got: number;
  /** How many different numbers. */
  readonly distinct: number;
  /** The least number, or -1. */
  readonly first: number;
  /** The greatest number, or -1. */
  readonly last: number;
  /** How many were below the one before. */
  readonly disorder: number;
  /** How many frames were too short to have one. */
  readonly short: number;
}

/** A packet socket on an interface; it receives from its making on, but not what is sent from there. */
export interface RawPackets {
  /**
   * Sends a frame.
   *
   * @param frame The frame, from the destination's MAC address on, without the checksum.
   * @param sending How.
   */
  send(frame: Uint8Array, sending?: Sending): Promise<void>;
  /**
   * Receives frames of one EtherType only, from now on.
   *
   * @param type The EtherType; 0 is all.
   */
  filter(type: number): Promise<void>;
  /**
   * Waits until so many frames have come in all, for some time at most.
   *
   * @param count How many.
   * @param ms How long, in milliseconds; 5,000 unless given.
   * @returns How many have come.
   */
  wait(count: number, ms?: number): Promise<number>;
  /**
   * How many frames have come, and how many the kernel had no room for.
   *
   * @returns The counts.
   */
  count(): Promise<{ readonly got: number; readonly bytes: number; readonly lost: number }>;
  /**
   * Frames that have come.
   *
   * @param from The first of them, from 0 on.
   * @param count How many; all unless given.
   * @returns The frames, VLAN tags included.
   */
  frames(from?: number, count?: number): Promise<Uint8Array[]>;
  /**
   * Looks at the sequence numbers in what has come.
   *
   * @param at Where they are.
   * @returns What is known of them.
   */
  sequence(at: number): Promise<Sequence>;
  /** Forgets what has come. */
  clear(): Promise<void>;
  /** Ends it, before the test does. */
  end(): Promise<void>;
}

/**
 * Opens a packet socket on an end of a wire.
 *
 * @param context The test's: it is closed at its end.
 * @param end The end.
 * @returns The socket.
 */
export async function rawPackets(context: TestContext, end: End): Promise<RawPackets> {
  const words = [compilePeer("raw_packets"), end.name];
  const child = end.namespace?.spawn(words) ?? spawnProgram(words[0]!, words.slice(1));
  context.cleanup(() => child.kill("SIGKILL"));
  const { ask, end: close } = await talk(child);
  const answer = async (line: string): Promise<string> => (await ask(line))[0] ?? "";
  const counts = async (line: string): Promise<Record<string, number>> =>
    Object.fromEntries(
      [...(await answer(line)).matchAll(/(\w+) (-?\d+)/g)].map(([, key, n]) => [key, Number(n)]),
    );
  return {
    send: async (frame, { count = 1, at, first = 0, pauseUs = 0 } = {}) => {
      const hex = Buffer.from(frame).toString("hex");
      const line = `send ${hex} ${count} ${at ?? "-"} ${pauseUs} ${first}`;
      assert.equal(await answer(line), `sent ${count}`);
    },
    filter: async (type) => void await ask(`type ${type.toString(16)}`),
    wait: async (count, ms = 5_000) => (await counts(`wait ${count} ${ms}`))["got"]!,
    count: async () => await counts("count") as { got: number; bytes: number; lost: number },
    frames: async (from = 0, count) =>
      (await ask(`frames ${from}${count === undefined ? "" : ` ${count}`}`))
        .map((hex) => new Uint8Array(Buffer.from(hex, "hex"))),
    sequence: async (at) => await counts(`sequence ${at}`) as unknown as Sequence,
    clear: async () => void await ask("clear"),
    end: close,
  };
}
