/**
 * Attaches, finds a pool and two rings, moves a message each way, cleans up and exits with code 0.
 * The arguments are EAL's, and behind `--` the number that it sends.
 *
 * @module
 */

import process from "node:process";
import { Eal, Mempool, Ring } from "../../../mod.ts";
import { COLLECTOR, readMessage, VISITOR, writeMessage } from "./messages.ts";

using eal = Eal.init(process.argv.slice(2));
const pool = Mempool.lookup("POOL");
const message = pool.cursor();

const received = Ring.lookup("FORTH").dequeue();
if (received === undefined) throw new Error("there is no message");
if (readMessage(message.moveTo(received), COLLECTOR) < 0) throw new Error("the message is wrong");
pool.put(received);

const object = pool.get();
if (object === undefined) throw new Error("the pool is empty");
writeMessage(message.moveTo(object), VISITOR, Number(eal.args[0]));
if (!Ring.lookup("BACK").enqueue(object)) throw new Error("the ring is full");
