// A Worker that tries to register a tailq, and uses one that is there.

import { parentPort } from "node:worker_threads";
import { Tailq } from "../../../mod.ts";

function refusal(): string {
  try {
    Tailq.register("WORKERS");
    return "";
  } catch (error) {
    return (error as Error).message;
  }
}

const said = refusal();
Tailq.lookup("OWN").insert("of a worker", 64);
parentPort?.postMessage(said);
