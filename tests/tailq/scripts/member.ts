// A secondary that does one thing with tailqs, and prints what came of it.

import process from "node:process";
import { Eal, Tailq } from "../../../mod.ts";

const [what = "", name = "", ...args] = process.argv.slice(2);
const eal = Eal.init(args);

function outcome(): string {
  if (what === "insert") return Tailq.lookup(name).insert("theirs", 64).name; // and leaves it there
  try {
    return Tailq.register(name).name;
  } catch (error) {
    return (error as Error).message;
  }
}

console.log(outcome());
eal.cleanup();
