/**
 * A web server of the host, on some ports: it answers every request with the same bytes. Arguments: how
 * many bytes, and the ports. It prints "ready", and ends with its input.
 *
 * @module
 */

import { createServer } from "node:http";
import process from "node:process";
import { body } from "../web_body.ts";

const [length, ...ports] = process.argv.slice(2).map(Number);
const bytes = body(length!);
const servers = ports.map((port) => {
  const server = createServer((_request, response) => {
    response.writeHead(200, { "content-length": bytes.length });
    response.end(bytes);
  });
  return { server, listening: new Promise<void>((resolve) => server.listen(port, resolve)) };
});
for (const { listening } of servers) await listening;
console.log("ready");
process.stdin.resume().on("end", () => process.exit(0));
