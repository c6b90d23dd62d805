/**
 * A server for the clients of hello_mp that sends its replies without a NUL, and answers texts that
 * have a NUL behind them, and only there, with `1`, others with `0`. It ends by SIGTERM.
 *
 * @module
 */

import process from "node:process";
import { Eal, Memzone, mp, type MpMessage } from "../../../mod.ts";

const eal = Eal.init(process.argv.slice(2));
const answer = ({ param }: MpMessage) => ({
  param: new TextEncoder().encode(param.indexOf(0) === param.length - 1 ? "1" : "0"),
});
mp.on("hello_request", answer);
mp.on("hello_async_req", answer);
Memzone.reserve("MZ_SHARED_INFO", 64).bytes.fill(0);
process.on("SIGTERM", () => eal.cleanup());
console.log("[Server] Ready");
