import { ABIS } from "../../ffi/abi/mod.ts";
import { parseArgs, toArgs } from "../../ffi/eal/options.ts";
import type { EalOptions } from "../../mod.ts";
import { assert, describe, test } from "../kit.ts";

const [abi26, abi25, abi23] = ABIS as [
  typeof ABIS[number],
  typeof ABIS[number],
  typeof ABIS[number],
];

describe("typed options", () => {
  const args = (options: EalOptions): string[] => toArgs(options, 3);

  test("without any, one lcore on the first CPU that there is", () => {
    assert.deepEqual(args({}), ["--lcores=3"]);
  });

  test("become EAL's own, each", () => {
    const one = (options: EalOptions): string[] => args(options).slice(1);
    assert.deepEqual(one({ mainLcore: 1 }), ["--main-lcore=1"]);
    assert.deepEqual(one({ processType: "secondary" }), ["--proc-type=secondary"]);
    assert.deepEqual(one({ filePrefix: "a" }), ["--file-prefix=a"]);
    assert.deepEqual(one({ memory: 64 }), ["-m", "64"]);
    assert.deepEqual(one({ socketMem: [64, 0] }), ["--socket-mem=64,0"]);
    assert.deepEqual(one({ socketLimit: [128, 0] }), ["--socket-limit=128,0"]);
    assert.deepEqual(one({ legacyMem: true }), ["--legacy-mem"]);
    assert.deepEqual(one({ singleFileSegments: true }), ["--single-file-segments"]);
    assert.deepEqual(one({ hugeUnlink: "existing" }), ["--huge-unlink=existing"]);
    assert.deepEqual(one({ hugeUnlink: "always" }), ["--huge-unlink=always"]);
    assert.deepEqual(one({ hugeUnlink: "never" }), ["--huge-unlink=never"]);
    assert.deepEqual(one({ noHuge: true }), ["--no-huge"]);
    assert.deepEqual(one({ inMemory: true }), ["--in-memory"]);
    assert.deepEqual(one({ noPci: true }), ["--no-pci"]);
    assert.deepEqual(one({ noTelemetry: true }), ["--no-telemetry"]);
    assert.deepEqual(one({ hugeDir: "/mnt/huge" }), ["--huge-dir=/mnt/huge"]);
    assert.deepEqual(one({ baseVirtaddr: 0x700000000000 }), ["--base-virtaddr=0x700000000000"]);
    assert.deepEqual(one({ baseVirtaddr: false }), []);
    assert.deepEqual(one({ iovaMode: "va" }), ["--iova-mode=va"]);
    assert.deepEqual(one({ vdevs: ["net_null0", "net_null1"] }), [
      "--vdev=net_null0",
      "--vdev=net_null1",
    ]);
    assert.deepEqual(one({ allow: ["0000:01:00.0"] }), ["--allow=0000:01:00.0"]);
    assert.deepEqual(one({ logLevel: 8 }), ["--log-level=8"]);
    assert.deepEqual(one({ logLevel: "debug" }), ["--log-level=debug"]);
    assert.deepEqual(one({ logLevel: ["lib.eal:debug", "8"] }), [
      "--log-level=lib.eal:debug",
      "--log-level=8",
    ]);
    assert.deepEqual(one({ args: ["-n", "4"] }), ["-n", "4"]);
  });

  test("that are false are left out", () => {
    const off = {
      ...{ noHuge: false, inMemory: false, noPci: false, noTelemetry: false },
      ...{ legacyMem: false, singleFileSegments: false },
    };
    assert.deepEqual(args(off), ["--lcores=3"]);
  });

  test("name lcores as a list or as EAL writes them", () => {
    assert.deepEqual(args({ lcores: [0, 2, 5] }), ["--lcores=0,2,5"]);
    assert.deepEqual(args({ lcores: "0@(0,1)" }), ["--lcores=0@(0,1)"]);
  });

  test("give a command line that EAL's is read from, whatever they are", () => {
    const all: EalOptions = {
      processType: "auto",
      filePrefix: "a",
      lcores: "0-1",
      mainLcore: 1,
      memory: 64,
      socketMem: [64],
      socketLimit: [64],
      legacyMem: true,
      singleFileSegments: true,
      hugeUnlink: "never",
      noHuge: true,
      inMemory: true,
      noPci: true,
      noTelemetry: true,
      hugeDir: "/h",
      baseVirtaddr: 0x600000000000,
      iovaMode: "pa",
      vdevs: ["a"],
      allow: ["b"],
      logLevel: 5,
    };
    for (const abi of ABIS) {
      const parsed = parseArgs(args(all), abi);
      assert.deepEqual(parsed.rest, []);
      assert.deepEqual(parsed.eal, args(all));
    }
  });

  test("that are wrong are refused, naming the option", () => {
    const bad: readonly (readonly [unknown, string, RegExp])[] = [
      [
        { fileprefix: "a" },
        "TypeError",
        /option "fileprefix" of Eal\.init: it is unknown; .*filePre/,
      ],
      [{ processType: "third" }, "TypeError", /"third" as processType: there are primary, second/],
      [{ iovaMode: "xx" }, "TypeError", /"xx" as iovaMode: there are pa, va/],
      [{ lcores: [] }, "RangeError", /no lcores: name at least one/],
      [{ lcores: [-1] }, "RangeError", /-1 as an lcore id/],
      [{ lcores: [1.5] }, "RangeError", /1\.5 as an lcore id/],
      [{ mainLcore: 4096 }, "RangeError", /4096 as mainLcore/],
      [{ memory: 0 }, "RangeError", /0 as memory \(MiB\)/],
      [{ socketMem: 64 }, "TypeError", /64 as socketMem: it must be a list of MiB/],
      [{ socketMem: [] }, "RangeError", /0 as the length of socketMem/],
      [{ socketMem: ["64"] }, "RangeError", /"64" as socketMem \(MiB\)/],
      [{ socketLimit: 64 }, "TypeError", /64 as socketLimit: it must be a list of MiB/],
      [{ socketLimit: [-1] }, "RangeError", /-1 as socketLimit \(MiB\)/],
      [{ socketLimit: [1.5] }, "RangeError", /1\.5 as socketLimit/],
      [{ socketLimit: Array(33).fill(1) }, "RangeError", /33 as the length of socketLimit/],
      [{ legacyMem: 1 }, "TypeError", /1 as legacyMem: it must be a boolean/],
      [{ singleFileSegments: "" }, "TypeError", /as singleFileSegments: it must be a boolean/],
      [{ hugeUnlink: true }, "TypeError", /true as hugeUnlink: there are existing, always, never/],
      [{ hugeUnlink: "" }, "TypeError", /"" as hugeUnlink/],
      [{ memory: NaN }, "RangeError", /NaN as memory/],
      [{ memory: "64" }, "RangeError", /"64" as memory/],
      [{ baseVirtaddr: -1 }, "RangeError", /-1 as baseVirtaddr/],
      [{ baseVirtaddr: 2 ** 60 }, "RangeError", /as baseVirtaddr/],
    ];
    for (const [options, name, message] of bad) {
      assert.throws(() => args(options as EalOptions), { name, message });
    }
  });
});

describe("a raw command line", () => {
  test("is split into EAL's part and the application's", () => {
    const { eal, rest, values } = parseArgs(
      ["-l", "0-1", "--proc-type=secondary", "--file-prefix", "a", "-m64", "--", "-n", "1"],
      abi23,
    );
    const usual = ["-l", "0-1", "--proc-type=secondary", "--file-prefix", "a"];
    assert.deepEqual(eal, [...usual, "-m", "64"]);
    assert.deepEqual(rest, ["-n", "1"]);
    assert.deepEqual(values, {
      lcores: ["0-1"],
      "proc-type": ["secondary"],
      "file-prefix": ["a"],
      "memory-size": ["64"],
    });
  });

  test("names the process type as EAL takes it, in letters of any size", () => {
    for (const abi of ABIS) {
      for (const type of ["primary", "SECONDARY", "Auto"]) {
        for (const args of [[`--proc-type=${type}`], ["--proc-type", type]]) {
          const { eal, values } = parseArgs(args, abi);
          assert.deepEqual([eal, values["proc-type"]], [args, [type.toLowerCase()]]);
        }
      }
      for (const args of [["--proc-type=third"], ["--proc-type="], ["--proc-type", "second"]]) {
        assert.throws(() => parseArgs(args, abi), {
          name: "TypeError",
          message: /"--proc-type.*: --proc-type is one of primary, secondary, auto; /,
        });
      }
    }
  });

  test("ends at the first argument that is no option, as getopt has it", () => {
    const { eal, rest } = parseArgs(["--no-huge", "file", "--no-pci"], abi23);
    assert.deepEqual([eal, rest], [["--no-huge"], ["file", "--no-pci"]]);
    assert.deepEqual(parseArgs([], abi23), { eal: [], rest: [], values: {} });
  });

  test("may repeat what EAL lets repeat, and nothing else", () => {
    const { values } = parseArgs(["--vdev=a", "--vdev", "b", "-a", "c", "--allow=d"], abi23);
    assert.deepEqual(values, { vdev: ["a", "b"], allow: ["c", "d"] });
    for (const twice of [["--file-prefix=a", "--file-prefix=b"], ["-m", "1", "-m", "2"]]) {
      assert.throws(() => parseArgs(twice, abi23), { name: "TypeError", message: /only once/ });
    }
  });

  test("with an option that does not exist is refused", () => {
    for (const unknown of ["--no-such", "--file_prefix=a", "-Z", "--"]) {
      if (unknown === "--") continue;
      for (const abi of ABIS) {
        assert.throws(() => parseArgs([unknown], abi), {
          name: "TypeError",
          message: new RegExp(
            `"${unknown}": DPDK ${abi.release} has no such option; .*behind "--"`,
          ),
        });
      }
    }
  });

  test("knows in which release an option came", () => {
    parseArgs(["--log-timestamp=iso"], abi25);
    assert.throws(
      () => parseArgs(["--log-timestamp=iso"], abi23),
      /DPDK 22\.11 has no such option/,
    );
    parseArgs(["--memory-size=64"], abi26);
    assert.throws(() => parseArgs(["--memory-size=64"], abi25), /DPDK 24\.11 has no such option/);
    parseArgs(["-m", "64"], abi23);
    parseArgs(["-R"], abi26);
    assert.throws(() => parseArgs(["-R"], abi23), TypeError);
  });

  test("reaches EAL in a form that every release takes", () => {
    for (const abi of ABIS) {
      for (const attached of [["-m64"], ["-m=64"], ["-m", "64"]]) {
        assert.deepEqual(parseArgs(attached, abi).eal, ["-m", "64"]);
      }
      assert.deepEqual(parseArgs(["-anet_null0", "-a=b=c"], abi).eal, [
        ...["-a", "net_null0", "-a", "b=c"],
      ]);
      assert.deepEqual(parseArgs(["--vdev=a,b=c"], abi).eal, ["--vdev=a,b=c"]);
    }
  });

  test("that 25.11 would end the process for is refused, whichever release is there", () => {
    const wrong: readonly (readonly string[])[] = [
      ["--no-such"], // unknown
      ["-Z"],
      ["--no-hug"], // getopt takes the beginning of a name
      ["--no-pci", "--no-pci"], // repeated
      ["-l", "0", "--lcores=0"],
      ["-m1", "-m2"],
      ["--no-huge=true"], // malformed
      ["--file-prefix"],
      ["-vh"],
      ["-h"],
      ["--help"],
      ["--log-level", "help"],
      ["--log-level=help"],
    ];
    for (const abi of ABIS) {
      for (const args of wrong) {
        assert.throws(() => parseArgs(args, abi), { name: "TypeError" }, args.join(" "));
      }
    }
  });

  test("that asks for help is refused: EAL would end the process", () => {
    for (const args of [["-h"], ["--help"], ["--log-level=help"], ["--log-level", "help"]]) {
      assert.throws(() => parseArgs(args, abi23), {
        name: "TypeError",
        message: /end the process/,
      });
    }
  });

  test("without a value that is needed, or with one that is not, is refused", () => {
    assert.throws(() => parseArgs(["--file-prefix"], abi23), /its value is missing/);
    assert.throws(() => parseArgs(["-l"], abi23), /its value is missing/);
    assert.throws(() => parseArgs(["--no-huge=1"], abi23), /--no-huge takes no value/);
  });
});

test("values that EAL would take for others, or only log, are refused", () => {
  const wrong: readonly (readonly [string, unknown, string])[] = [
    ["baseVirtaddr", "junk", "RangeError"],
    ["baseVirtaddr", true, "RangeError"],
    ["baseVirtaddr", null, "RangeError"],
    ["baseVirtaddr", 1, "RangeError"],
    ["logLevel", null, "TypeError"],
    ["logLevel", -1, "RangeError"],
    ["logLevel", 99, "RangeError"],
    ["logLevel", [7, {}], "TypeError"],
  ];
  for (const [key, value, name] of wrong) {
    assert.throws(
      () => toArgs({ [key]: value } as object, 0),
      { name, message: /^Cannot use / },
      key,
    );
  }
  assert.throws(() => toArgs({ memory: "64" } as object, 0), {
    message: /^Cannot use "64" as memory \(MiB\): it must be an integer/,
  });
});
