/**
 * The lcores that an EAL command line asks for.
 *
 * @module
 */

/** The numbers of `3`, `1-4` and `(1,3-5)`. */
function idsOf(set: string): number[] {
  const ids: number[] = [];
  for (const part of set.replace(/^\(|\)$/g, "").split(",")) {
    const [first, last = first] = part.split("-").map(Number);
    if (first === undefined || !(last! >= first) || last! > 0xffff) return [];
    for (let id = first; id <= last!; id++) ids.push(id);
  }
  return ids;
}

/** `--lcores`: sets, each maybe with its CPUs behind an `@`; commas inside parentheses are theirs. */
function lcoresOf(text: string): number[] {
  const sets = text.match(/(?:\([^)]*\)|[^,(])+/g) ?? [];
  return sets.flatMap((set) => idsOf(set.split("@")[0]!.trim()));
}

/** `-c`: bits of a hexadecimal number. */
function maskOf(text: string): number[] {
  const bits = [...text.replace(/^0x/i, "")].reverse().map((digit) => parseInt(digit, 16));
  return bits.flatMap((nibble, i) =>
    [0, 1, 2, 3].filter((b) => (nibble >> b) & 1).map((b) => 4 * i + b)
  );
}

const READERS: readonly (readonly [name: string, read: (value: string) => number[]])[] = [
  ["-l", lcoresOf],
  ["--lcores", lcoresOf],
  ["-c", maskOf],
];

/**
 * The ids behind `-l`, `-c` or `--lcores`.
 *
 * @param args a command line, program and all
 * @returns `undefined` when it names none
 */
export function lcoresInArguments(args: readonly string[]): number[] | undefined {
  const end = args.indexOf("--");
  const eal = end < 0 ? args : args.slice(0, end);
  for (const [i, arg] of eal.entries()) {
    for (const [name, read] of READERS) {
      const long = name.startsWith("--");
      if (arg === name) return read(eal[i + 1] ?? "");
      if (long && arg.startsWith(`${name}=`)) return read(arg.slice(name.length + 1));
      if (!long && arg.startsWith(name) && !arg.startsWith("--")) {
        return read(arg.slice(name.length));
      }
    }
  }
  return undefined;
}
