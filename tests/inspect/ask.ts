/**
 * Requests to the page's server, as any program may send them, and its events.
 *
 * @module
 */

import { type IncomingHttpHeaders, request } from "node:http";

/** An answer. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What is asked. */
export interface Question {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Asks the server, with any headers: `fetch` sends no `Host` of the caller's.
 *
 * @param port The port on loopback.
 * @param path The path.
 * @param question How.
 * @returns The answer.
 */
export function ask(port: number, path: string, question: Question = {}): Promise<Answer> {
  const { method = "GET", headers = {} } = question;
  return new Promise((resolve, reject) => {
    const asked = request({ host: "127.0.0.1", port, path, method, headers, agent: false });
    asked.once("error", reject);
    asked.once("response", (response) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (piece: string) => body += piece);
      response.once("end", () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
      });
    });
    asked.end();
  });
}

/** An event of the server. */
export interface ServerEvent {
  readonly event: string;
  // deno-lint-ignore no-explicit-any -- JSON of many forms, which the tests look into
  readonly data: any;
  /** The bytes of its data. */
  readonly bytes: number;
}

/**
 * The server's events, as they come.
 *
 * @param port The port on loopback.
 * @param signal Leaves.
 * @returns They end when the server ends them.
 */
export async function* events(port: number, signal: AbortSignal): AsyncGenerator<ServerEvent> {
  const response = await fetch(`http://127.0.0.1:${port}/events`, { signal });
  const decoder = new TextDecoder();
  let text = "";
  for await (const piece of response.body ?? []) {
    text += decoder.decode(piece, { stream: true });
    const parts = text.split("\n\n");
    text = parts.pop() ?? "";
    for (const part of parts) {
      const event = part.match(/^event: (.*)$/m)?.[1];
      const data = part.match(/^data: (.*)$/m)?.[1];
      if (event === undefined || data === undefined) continue;
      yield { event, data: JSON.parse(data), bytes: data.length };
    }
  }
}
