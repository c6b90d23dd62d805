// The C peer that looks at mbufs and works on them, with itself in both roles.

import { assert, removePrefix, test, uniquePrefix } from "../kit.ts";
import { dialog } from "../peers/dialog.ts";

/** The NAME=VALUE pairs of a line. */
function pairs(line = ""): Record<string, string> {
  return Object.fromEntries(line.split(" ").map((pair) => pair.split("=") as [string, string]));
}

test("a primary makes mbufs, and a secondary sees and changes them", async ({ cleanup }) => {
  const prefix = uniquePrefix("viewmbuf");
  cleanup(() => removePrefix(prefix));
  const primary = await dialog("view_mbuf", prefix, "--proc-type=primary", "-m", "64");
  const secondary = await dialog("view_mbuf", prefix, "--lcores=1@0");
  const one = async (peer: typeof primary, line: string): Promise<string> => {
    const answer = await peer.ask(line);
    assert.equal(answer.length, 1, `${line}: ${answer.join("\n")}`);
    return answer[0]!;
  };
  const look = async (address: string): Promise<Record<string, string>> =>
    pairs(await one(secondary, `look ${address}`));

  const made = pairs(await one(primary, "pool P 63 0 16 2176 -"));
  assert.deepEqual(
    [made["mbuf_data_room_size"], made["mbuf_priv_size"], made["flags"], made["avail"]],
    ["2176", "16", "0", "63"],
  );
  assert.deepEqual(pairs(await one(secondary, "priv P")), made);
  assert.match(await one(secondary, "priv none"), /^none No such file/);
  assert.equal(pairs(await one(primary, "pool S 63 0 0 256 ring_sp_sc"))["ops"], "ring_sp_sc");
  assert.match(await one(primary, "pool P 63 0 16 2176 -"), /^none /);
  const objects = await secondary.ask("objects P");
  assert.equal(objects.length, 63);

  const [a, b, c] = await primary.ask("alloc P 3") as [string, string, string];
  assert.deepEqual([a, b, c].filter((address) => !objects.includes(address)), []);
  const fresh = await look(a);
  assert.equal(fresh["buf_addr"], (parseInt(a, 16) + 128 + 16).toString(16));
  assert.deepEqual(
    ["data_off", "refcnt", "nb_segs", "port", "pkt_len", "next", "buf_len", "priv_size"]
      .map((key) => fresh[key]),
    ["128", "1", "1", "65535", "0", "0", "2176", "16"],
  );
  assert.notEqual(await one(secondary, `append ${a} 6`), "0");
  assert.deepEqual(await secondary.ask(`write ${a} 0 010203040506`), []);
  assert.equal(await one(primary, `bytes ${a} 1 4`), "02030405");
  assert.match(await one(primary, `bytes ${a} 3 4`), /^none/);
  assert.equal(await one(primary, `append ${a} 3000`), "0");
  const rooms = "headroom=128 tailroom=2042 contiguous=1 direct=1 cloned=0 extbuf=0";
  assert.equal(await one(primary, `rooms ${a}`), rooms);
  await one(primary, `adj ${a} 2`);
  await one(primary, `prepend ${a} 1`);
  assert.equal(await one(primary, `trim ${a} 1`), "0");
  await primary.ask(`write ${a} 0 ff`);
  assert.equal(await one(secondary, `bytes ${a} 0 4`), "ff030405");

  await one(primary, `append ${b} 2`);
  await primary.ask(`write ${b} 0 aabb`);
  assert.equal(await one(primary, `chain ${a} ${b}`), "0");
  assert.equal(await one(secondary, `bytes ${a} 2 4`), "0405aabb");
  assert.equal(await one(primary, `check ${a}`), "0");
  const clone = await one(primary, `clone ${a} P`);
  assert.equal((await look(a))["refcnt"], "2");
  assert.match(await one(primary, `rooms ${clone}`), /contiguous=0 direct=0 cloned=1 extbuf=0$/);
  assert.equal(await one(primary, "avail P"), "58");
  await primary.ask(`free ${clone}`);
  const copy = await one(primary, `copy ${a} P 1 4`);
  assert.equal(await one(primary, `bytes ${copy} 0 4`), "030405aa");
  assert.equal(await one(primary, `linearize ${a}`), "0");
  assert.equal((await look(a))["nb_segs"], "1");
  await primary.ask(`attach ${c} ${a}`);
  assert.equal(await one(primary, `refcnt ${a} 1`), "3");
  assert.equal(await one(primary, `refcnt ${a} -1`), "2");
  await primary.ask(`detach ${c}`);

  await primary.ask(`set ${a} hash.rss 77`);
  await primary.ask(`set ${a} ol_flags 0x8000000000000002`);
  await primary.ask(`set ${a} tx_offload 0x12`);
  const { "hash.rss": rss, ol_flags: flags, tx_offload, l2_len } = await look(a);
  assert.deepEqual([rss, flags, tx_offload, l2_len], ["77", "8000000000000002", "18", "18"]);
  assert.deepEqual(await primary.ask(`set ${a} nothing 1`), ["none such field"]);
  await primary.ask(`set ${a} nb_segs 9`);
  assert.match(await one(primary, `check ${a}`), /^-1 bad /);
  await primary.ask(`reset ${a}`);
  await secondary.ask(`free ${a} ${c} ${copy}`);
  await secondary.ask("flush P");
  assert.equal(await one(secondary, "avail P"), "63");

  assert.match(await one(primary, "flagnames 2 rx"), /RSS_HASH/);
  assert.match(await one(primary, "flagnames 0010000000000000 tx"), /TX_/);
  assert.match(await one(primary, "ptype 111"), /L2_ETHER L3_IPV4 L4_TCP/);
  const [offset] = (await one(primary, "dynfield dts_field 4 4")).split(" ");
  assert.equal((await one(secondary, "dynfield dts_field")).split(" ")[0], offset);
  assert.match(await one(secondary, "dynfield nothing"), /^none/);
  const bit = await one(primary, "dynflag dts_flag new");
  assert.match(bit, /^\d+$/);
  assert.equal(await one(secondary, "dynflag dts_flag"), bit);
  assert.match(await one(secondary, "dynflag dts_other new"), /^none Operation not permitted/);
  assert.match(await one(secondary, "nonsense"), /^none such command/);
  await secondary.end();
  await primary.end();
});
