import {
  formatIpv4,
  formatIpv6,
  formatMac,
  parseIpv4,
  parseIpv6,
  parseMac,
} from "../../ffi/net/mod.ts";
import { assert, test } from "../kit.ts";
import { randomIntegers } from "../ring/modes.ts";
import { askC, hex, randomBytes, unhex } from "./packets.ts";

type Random = (limit: number) => number;

/** What a parser makes of a text, or `no`. */
function parsed(parse: (text: string) => number | Uint8Array, text: string): string {
  try {
    const value = parse(text);
    return typeof value === "number" ? String(value) : hex(value);
  } catch (error) {
    assert.equal((error as Error).name, "SyntaxError", text);
    return "no";
  }
}

/** A text with a character more, less or other, sometimes. */
function mutated(random: Random, text: string, alphabet: string): string {
  let result = text;
  for (let n = random(3); n > 0; n--) {
    const at = random(result.length + 1);
    const character = alphabet[random(alphabet.length)]!;
    result = result.slice(0, at) + (random(3) === 0 ? "" : character) +
      result.slice(at + random(2));
  }
  return result === "" ? "x" : result;
}

test("MAC addresses are texts as DPDK's are", async () => {
  const random = randomIntegers(1);
  const all = Array.from({ length: 500 }, () => randomBytes(random, 6));
  all.push(new Uint8Array(6), new Uint8Array(6).fill(255), unhex("00000000000a"));
  const numbers = all.map((bytes) => Number(`0x${hex(bytes)}`));
  const texts = await askC(all.map((bytes) => `mac ${hex(bytes)}`));
  assert.deepEqual(numbers.map(formatMac), texts);
  assert.deepEqual(texts.map(parseMac), numbers);
  assert.deepEqual(texts.map((text) => parseMac(text.toLowerCase())), numbers);
  assert.deepEqual(await askC(texts.map((text) => `unmac ${text}`)), numbers.map(String));
});

test("IPv4 addresses are parsed as inet_pton parses them", async () => {
  const random = randomIntegers(2);
  const numbers = Array.from({ length: 3000 }, () => random(2 ** 32));
  const texts = numbers.map(formatIpv4);
  assert.deepEqual(texts.map(parseIpv4), numbers);
  const tried = [...texts, ...texts.map((text) => mutated(random, text, "0123456789..x-"))];
  const ours = tried.map((text) => parsed(parseIpv4, text));
  assert.deepEqual(ours, await askC(tried.map((text) => `pton4 ${text}`)));
  assert.equal(ours.filter((answer) => answer === "no").length > 500, true);
});

/** Addresses with runs of zeros, some with an IPv4 address inside. */
function address6(random: Random): Uint8Array {
  const bytes = randomBytes(random, 16);
  for (let i = 0; i < 8; i++) if (random(2) === 0) bytes.fill(0, 2 * i, 2 * i + 2);
  for (let i = 0; i < 16; i++) if (random(8) === 0) bytes[i] = 0;
  if (random(10) === 0) bytes.fill(0, 0, 10).fill(255, 10, 12);
  return bytes;
}

test("IPv6 addresses are written as inet_ntop writes them", async () => {
  const random = randomIntegers(3);
  // glibc writes those that begin with 96 zeros as IPv4 addresses, too; RFC 5952 does not.
  const all = Array.from({ length: 4000 }, () => address6(random))
    .filter((bytes) => bytes.subarray(0, 12).some((byte) => byte !== 0));
  const texts = all.map(formatIpv6);
  assert.deepEqual(texts, await askC(all.map((bytes) => `ntop6 ${hex(bytes)}`)));
  assert.deepEqual(texts.map((text) => parseIpv6(text)), all);
});

test("IPv6 addresses are parsed as inet_pton parses them", async () => {
  const random = randomIntegers(4);
  const texts = Array.from({ length: 5000 }, () => {
    const text = formatIpv6(address6(random));
    return mutated(random, text, "0123456789abcdefF:::.");
  });
  texts.push(
    "1:2:3:4:5:6:7::",
    "::2:3:4:5:6:7:8",
    "1::2:3:4:5:6:7:8",
    ":::",
    ":",
    "1:2:3:4:5:6:7:",
  );
  texts.push("1:2:3:4:5:6:1.2.3.4", "::1.2.3.4", "1.2.3.4::", "::1.2.3", "1:2:3:4:5:6:7:1.2.3.4");
  const ours = texts.map((text) => parsed(parseIpv6, text));
  assert.deepEqual(ours, await askC(texts.map((text) => `pton6 ${text}`)));
  assert.equal(ours.filter((answer) => answer === "no").length > 500, true);
});

test("the examples of RFC 5952", () => {
  for (
    const [given, written] of [
      ["2001:0db8::0001", "2001:db8::1"],
      ["2001:db8:0:0:0:0:2:1", "2001:db8::2:1"],
      ["2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"],
      ["2001:0:0:1:0:0:0:1", "2001:0:0:1::1"],
      ["2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
      ["2001:DB8::AAAA", "2001:db8::aaaa"],
      ["::ffff:192.0.2.1", "::ffff:192.0.2.1"],
      ["0:0:0:0:0:0:0:0", "::"],
      ["::1", "::1"],
      ["1::", "1::"],
    ] as const
  ) {
    assert.equal(formatIpv6(parseIpv6(given)), written);
  }
});

test("errors say what is wrong", () => {
  for (
    const [parse, text, why] of [
      [parseMac, "", 'Cannot use "" as a MAC address: it has 1 parts between colons, not 6'],
      [parseMac, "02:00:00:00:00:0", /MAC address: "0" is not two hexadecimal digits/],
      [parseMac, "02-00-00-00-00-01", /has 1 parts between colons, not 6/],
      [parseMac, "02:00:00:00:00:0g", /"0g" is not two hexadecimal digits/],
      [parseMac, 5, /Cannot use 5 as a MAC address: it is not a string/],
      [parseIpv4, "10.0.0", /Cannot use "10.0.0" as an IPv4 address: it has 3 parts/],
      [parseIpv4, "10.0.0.256", /"256" is no number from 0 to 255/],
      [parseIpv4, "10.0.0.01", /"01" is no number from 0 to 255/],
      [parseIpv4, null, /Cannot use null as an IPv4 address: it is not a string/],
      [parseIpv6, "1:2", /Cannot use "1:2" as an IPv6 address: it has 2 groups of 16 bits, not 8/],
      [parseIpv6, "1:2:3:4::5:6:7:8", /it has 8 groups of 16 bits and "::"/],
      [parseIpv6, "1::2::3", /"::" is in it more than once/],
      [parseIpv6, "fe80::1%eth0", /it has a zone/],
      [parseIpv6, "fe80::/10", /it has a prefix length/],
      [parseIpv6, "1:2:3:4:5:6:7:", /a group is empty/],
      [parseIpv6, "::12345", /"12345" is no group of 16 bits/],
      [parseIpv6, "::1.2.3.256", /"1.2.3.256" is no IPv4 address/],
      [parseIpv6, undefined, /Cannot use undefined as an IPv6 address: it is not a string/],
    ] as const
  ) {
    assert.throws(() => (parse as (text: unknown) => unknown)(text), {
      name: "SyntaxError",
      message: why,
    });
  }
  for (const bad of [-1, 0.5, NaN, 2 ** 48, "1" as unknown as number]) {
    assert.throws(() => formatMac(bad), RangeError);
    assert.throws(() => formatIpv4(bad), RangeError);
  }
  assert.throws(() => formatIpv4(2 ** 32), RangeError);
  assert.throws(() => formatIpv6(new Uint8Array(15)), {
    name: "RangeError",
    message: "Cannot use 15 bytes as an IPv6 address: it has 16",
  });
  assert.throws(() => formatIpv6([] as unknown as Uint8Array), TypeError);
  const target = new Uint8Array(17);
  assert.throws(() => parseIpv6("::1", target), RangeError);
});

test("a text that is refused leaves the target as it was", () => {
  const target = new Uint8Array(16).fill(7);
  assert.throws(() => parseIpv6("1:2:3:4:5:6:7:x", target), SyntaxError);
  assert.deepEqual(target, new Uint8Array(16).fill(7));
  assert.equal(parseIpv6("::", target), target);
  assert.deepEqual(target, new Uint8Array(16));
});
