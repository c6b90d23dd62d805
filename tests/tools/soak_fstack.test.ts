/**
 * The soak of examples/fstack: that it kills and accounts, and that it finds what is lost.
 *
 * @module
 */

import { BACK, SEEN, SEEN_BY_ANY, SENT, UNRESOLVED } from "../../tools/soak/fstack/control.ts";
import { faultsOfHands, judge, missingOf } from "../../tools/soak/fstack/judge.ts";
import { assert, describe, outcome, test } from "../kit.ts";
import { soak, TEST_MS } from "./soak_fstack.ts";

test("processes and tools are killed, and nothing is lost", {
  timeoutMs: TEST_MS,
}, async (context) => {
  const [child] = soak(context, "0.1", 2);
  const result = await child.result;
  assert.equal(result.code, 0, outcome(result));
  assert.equal(result.stderr, "");
  const row = (what: string): string =>
    new RegExp(`^-? *${what} {2,}(.*)$`, "m").exec(result.stdout)?.[1] ?? assert.fail(what);
  const number = (text: string): number => Number(/[\d,]+/.exec(text)?.[0].replaceAll(",", ""));
  assert.equal(row("killed and started again"), "2 processes, 4 tools");
  assert.equal(row("accounted for 4 times"), "192 messages, 9120 mbufs");
  // One was killed with packets in hand, and tools with a message that they had taken, or got back.
  assert.ok(number(row("recovered from hands")) >= 2, result.stdout);
  assert.ok(number(row("were in a killed process's hands")) > 0, result.stdout);
  assert.ok(number(row("or copies of them were dropped, and counted")) > 0, result.stdout);
  // Six seconds of work, six times as fast.
  assert.ok(number(row("packets sent")) >= 6 * 6 * 1300, result.stdout);
  assert.ok(number(row("questions asked and answered")) >= 6 * 6 * 25, result.stdout);
});

describe("a packet", () => {
  const own = SENT | SEEN << 1;
  const everywhere = SENT | SEEN_BY_ANY | BACK;

  test("is missing until it has been where it was to be", () => {
    assert.equal(missingOf(SENT, "datagram"), 1);
    assert.equal(missingOf(own, "datagram"), 1);
    assert.equal(missingOf(own | BACK, "datagram"), 0);
    assert.equal(missingOf(own | UNRESOLVED, "datagram"), 0);
    assert.equal(missingOf(own, "kernel"), 1);
    assert.equal(missingOf(own | BACK, "kernel"), 0);
  });

  test("of ARP is to be at every process, and at the kernel", () => {
    assert.equal(missingOf(SENT, "arp"), 1); // it was not copied yet
    assert.equal(missingOf(own, "arp"), 2);
    assert.equal(missingOf(SENT | SEEN_BY_ANY, "arp"), 1);
    assert.equal(missingOf(everywhere & ~SEEN, "arp"), 1);
    assert.equal(missingOf(everywhere, "arp"), 0);
  });

  test("is accounted for when it was in hands, and else is open", () => {
    const known = [own | BACK, own, own, 0, own | UNRESOLVED];
    const tally = judge(known.length, (n) => known[n]!, () => "datagram", new Set([1]));
    assert.deepEqual(tally, {
      ...{ sent: 4, unsent: 1, complete: 2, unresolved: 1 },
      ...{ inHands: 1, open: 1, most: 2 },
    });
  });
});

describe("what is nowhere", () => {
  const [holder, ALL] = [1, 0xff];
  const held = (n: number, holder: number, next: number, number = 7) =>
    Array.from({ length: n }, () => ({ number, holder, next }));

  test("may have been a killed process's, or on its way to it", () => {
    const hands = [...held(40, holder, 2), ...held(30, 0, holder), ...held(2, 2, ALL)];
    assert.deepEqual(faultsOfHands([...hands, ...held(3, ALL, ALL, -1)], holder), []);
  });

  test("is lost when a living process had it last", () => {
    const message = "1 packets are nowhere that a living process had";
    assert.deepEqual(faultsOfHands([...held(1, 2, 2), ...held(1, 1, 0)], holder), [message]);
    assert.deepEqual(faultsOfHands(held(1, 2, ALL), undefined), [message]);
  });

  test("is no more than a process has in hand", () => {
    assert.deepEqual(faultsOfHands(held(33, 0, holder), holder), [
      "33 packets that it had not looked at are nowhere, and it may have had 32",
    ]);
    assert.deepEqual(faultsOfHands(held(129, holder, 0), holder), [
      "129 packets that it had are nowhere, and it may have had 128",
    ]);
    assert.deepEqual(faultsOfHands(held(34, ALL, ALL, -1), holder), [
      "34 mbufs without a packet are nowhere, and it may have had 33",
    ]);
  });
});
