import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { lcoreId, rteErrno } from "../../ffi/eal/mod.ts";
import { Eal, LCORE_ID_ANY, rte } from "../../mod.ts";
import { assert, ealCase } from "../kit.ts";

const ENOENT = 2;
const EINVAL = 22;

ealCase(
  "rte_errno and the lcore id are each thread's own",
  { args: ["--no-huge"] },
  async ({ args }) => {
    using _eal = Eal.init(args);
    assert.equal(rte.rte_ring_lookup("none"), null);
    assert.equal(rteErrno(), ENOENT);
    assert.equal(lcoreId(), 0);

    const worker = new Worker(new URL("./fixtures/errno_worker.ts", import.meta.url));
    const [answer] = await once(worker, "message");
    assert.deepEqual(answer, { before: 0, failed: true, after: EINVAL, lcore: LCORE_ID_ANY });
    assert.equal(rteErrno(), ENOENT, "the Worker's failure is not this thread's");
    await worker.terminate();
  },
);
