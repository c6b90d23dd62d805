// Starts EAL with the options that its first argument holds as JSON, prints READY, and then does the
// things that its other arguments name, in their order.
import process from "node:process";
import { beforeCleanup } from "../../../ffi/eal/mod.ts";
import { Eal, EthDev, MbufCursor, mp, PointerBuffer, Ring, runtime } from "../../../mod.ts";

/** What one runtime has of its own for leaving. */
interface Own {
  exit(code: number): void;
  addSignalListener(signal: string, listener: () => void): void;
}

const own = Reflect.get(globalThis, "Deno") as Own | undefined;

const { addEventListener } = globalThis as {
  addEventListener?: (event: string, listener: (event: Event) => void) => void;
};

/** Keeps the script alive. */
const stay = () => void setInterval(() => {}, 1000);

/** As an error in a timer: nobody above catches it. */
const boom = () => {
  throw new Error("boom");
};

const DO: Record<string, () => void> = {
  stay,
  // What a script does with EAL, so that there is something to give back.
  ring: () => void Ring.create("ring", 64),
  answer: () => void mp.on("question", () => ({ param: "answer" })).unref(),
  // A driver of the test's own.
  driver: () =>
    void runtime.open(process.env["DPDK_TS_DRIVER"]!, { stub_there: "int (void)" }).stub_there(),
  // Uses every port that secondaries may use.
  ports: () => {
    const burst = new PointerBuffer(8);
    const packets = new MbufCursor();
    for (const dev of EthDev.all()) {
      if (dev.info().driverName === "net_af_packet") continue;
      packets.freeBulk(burst, dev.rxQueue(0).rxBurst(burst));
      dev.stats();
    }
    console.log(`${EthDev.all().length} PORTS`);
  },
  stop: () => eal.cleanupAtExit = false,
  busy: () => {
    for (;;);
  },
  hang: () =>
    beforeCleanup(() => {
      console.log("HANGING");
      for (;;);
    }),
  "clean up": () => eal.cleanup(),
  "clean up later": () => setTimeout(() => eal.cleanup(), 10),
  exit: () => process.exit(3),
  "Deno.exit": () => own === undefined ? process.exit(3) : own.exit(3),
  throw: boom,
  "throw later": () => {
    stay();
    setTimeout(boom, 10);
  },
  reject: () => {
    stay();
    Promise.reject(new Error("boom"));
  },
  catch: () => process.on("uncaughtException", () => console.log("CAUGHT", Eal.running)),
  "prevent errors": () => {
    for (const event of ["error", "unhandledrejection"]) {
      addEventListener?.(event, (told) => {
        told.preventDefault();
        console.log("CAUGHT", Eal.running);
      });
    }
  },
  "listen": () =>
    process.on("SIGINT", () => {
      console.log("OWN", Eal.running);
    }),
  "listen and exit": () =>
    process.on("SIGINT", () => {
      console.log("OWN", Eal.running);
      process.exit(7);
    }),
  "listen once": () => process.once("SIGINT", () => console.log("OWN", Eal.running)),
  "listen on Deno": () => own?.addSignalListener("SIGINT", () => console.log("OWN", Eal.running)),
  "worker exits": () => {
    const url = new URL("./exiting_worker.ts", import.meta.url);
    const worker = new Worker(url, { type: "module" });
    worker.onmessage = () => setTimeout(() => console.log("STILL", Eal.running), 100);
    worker.postMessage(null);
  },
};

const [options = "{}", ...steps] = process.argv.slice(2);
const before = steps.filter((step) => step.startsWith("before "));
for (const step of before) DO[step.slice("before ".length)]!();
const eal = Eal.init(JSON.parse(options));
console.log("READY");

/** Does the steps from one on; those behind "worker" when a Worker is at work. */
function go(from: number): void {
  for (let i = from; i < steps.length; i++) {
    const step = steps[i]!;
    if (step === "worker") {
      const url = new URL("./worker.ts", import.meta.url);
      const worker = new Worker(url, { type: "module" });
      worker.onmessage = ({ data }) => {
        console.log(data);
        go(i + 1);
      };
      return worker.postMessage(null);
    }
    if (!before.includes(step)) DO[step]!();
  }
}

go(0);
