// The TypeScript twin of tests/peers/counters.c: EAL arguments, then a line of stdin after the other.

import process from "node:process";
import { createInterface } from "node:readline";
import { DpdkError, Eal, struct, Tailq } from "../../../mod.ts";

const Counter = struct("struct counter", {
  name: "char[32]",
  pid: "uint32_t",
  value: "uint64_t",
});

const eal = Eal.init(process.argv.slice(2));
const tailq = Tailq.register("COUNTERS");

function add(name: string): number {
  try {
    const counter = tailq.insert(name, Counter.size);
    Counter.set(counter.view, "pid", process.pid);
    return 0;
  } catch (error) {
    if (error instanceof DpdkError) return -error.errno;
    throw error;
  }
}

function drop(name: string): number {
  try {
    tailq.adopt(name, Counter.size).free();
    return 0;
  } catch (error) {
    if (error instanceof DpdkError) return -error.errno;
    throw error;
  }
}

function answer([command = "", name = "", value = "0"]: string[]): string[] {
  switch (command) {
    case "add":
      return [`${add(name)}`];
    case "drop":
      return [`${drop(name)}`];
    case "all":
      return tailq.objects(Counter.size).map(({ name, view }) =>
        `${name} ${Counter.get(view, "pid")} ${Counter.get(view, "value")}`
      );
    case "fill": {
      let failed = 0;
      for (let i = 0; i < Number(value); i++) failed += add(`${name}-${i}`) < 0 ? 1 : 0;
      return [`${failed}`];
    }
    case "count": {
      const counter = tailq.find(name, Counter.size);
      const cell = counter?.counter64(Counter.fields.value.offset);
      return [cell === undefined ? "none" : `${cell.add(BigInt(value))}`];
    }
  }
  return ["what?"];
}

console.log(".");
for await (const line of createInterface({ input: process.stdin })) {
  for (const text of answer(line.trim().split(/\s+/))) console.log(text);
  console.log(".");
}
eal.cleanup();
