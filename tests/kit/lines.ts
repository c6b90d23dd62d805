/**
 * Text that arrives in pieces, read line by line by any number of readers.
 *
 * @module
 */

import type { Readable } from "node:stream";

/** How long output may still come after its process has ended, in milliseconds. */
const DRAIN_MS = 2_000;

/** Collects a stream's text and hands out its lines, from the first on, to each reader. */
export class TextLines {
  /** All text that has come so far. */
  text = "";
  readonly #closed: Promise<void>;
  #ended = false;
  #wake: (() => void)[] = [];

  /**
   * Starts to collect.
   *
   * @param stream Where the text comes from.
   */
  constructor(stream: Readable) {
    stream.setEncoding("utf8");
    stream.on("data", (piece: string) => {
      this.text += piece;
      this.#notify();
    });
    this.#closed = new Promise((resolve) => {
      const end = (): void => {
        this.#ended = true;
        this.#notify();
        resolve();
      };
      stream.once("close", end);
      stream.once("error", end);
    });
  }

  /**
   * Waits until the stream has ended. A grandchild may hold it open, so not for ever.
   *
   * @returns When all text has come.
   */
  async drained(): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const limit = new Promise<void>((resolve) => timer = setTimeout(resolve, DRAIN_MS));
    await Promise.race([this.#closed, limit]);
    clearTimeout(timer);
  }

  /**
   * All lines, from the first on, as they come.
   *
   * @returns An iterator that ends when the stream does.
   */
  async *lines(): AsyncIterableIterator<string> {
    let from = 0;
    for (;;) {
      const newline = this.text.indexOf("\n", from);
      if (newline >= 0) {
        yield this.text.slice(from, newline);
        from = newline + 1;
      } else if (this.#ended) {
        if (from < this.text.length) yield this.text.slice(from);
        return;
      } else {
        await new Promise<void>((resolve) => this.#wake.push(resolve));
      }
    }
  }

  /**
   * Waits for the first line that matches, among those that came before, too.
   *
   * @param pattern What the line matches.
   * @param timeoutMs How long to wait, in milliseconds.
   * @returns The match.
   */
  async waitFor(pattern: RegExp, timeoutMs: number): Promise<RegExpMatchArray> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const limit = new Promise<never>((_, reject) => {
      const state = `${timeoutMs} ms have passed`;
      timer = setTimeout(
        () => reject(new Error(`Cannot find line ${pattern}: ${state}`)),
        timeoutMs,
      );
    });
    try {
      return await Promise.race([this.#find(pattern), limit]);
    } finally {
      clearTimeout(timer);
    }
  }

  async #find(pattern: RegExp): Promise<RegExpMatchArray> {
    for await (const line of this.lines()) {
      const match = line.match(pattern);
      if (match !== null) return match;
    }
    throw new Error(`Cannot find line ${pattern}: the output has ended`);
  }

  #notify(): void {
    const wake = this.#wake;
    this.#wake = [];
    for (const resume of wake) resume();
  }
}
