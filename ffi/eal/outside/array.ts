/**
 * EAL's arrays in files (`struct rte_fbarray`), read from outside.
 *
 * @module
 */

import { libc, readPointer } from "../../core/mod.ts";
import { decodeString } from "../../runtime/mod.ts";
import { fileStatus, O, openFile } from "../group/posix.ts";
import { rte_fbarray } from "../layout.ts";
import { Bytes } from "./bytes.ts";

/** An array as the config describes it. */
export interface ArrayPlace {
  /** The file's name is this behind `fbarray_`. */
  readonly name: string;
  /** How many elements there is room for. */
  readonly length: number;
  readonly elementSize: number;
  /** Where every process has it. */
  readonly address: number;
}

/** Elements, and a bit for each that is used. */
export interface ArrayBytes {
  /** The elements' bytes. */
  readonly elements: DataView<ArrayBuffer>;
  /** The indices of those that are used, ascending. */
  readonly used: readonly number[];
}

const F = rte_fbarray.fields;

/** The most bytes of an array that are believed. */
const MAX_BYTES = 2 ** 30;
/** `n_masks` stands before the words of the mask. */
const MASK_HEADER = 8;

/** Reads what the config says of an array. */
export function arrayPlace(config: DataView<ArrayBuffer>, at: number): ArrayPlace {
  return {
    name: decodeString(new Uint8Array(config.buffer, at + F.name.offset, F.name.size)),
    length: config.getUint32(at + F.len.offset, true),
    elementSize: config.getUint32(at + F.elt_sz.offset, true),
    address: readPointer(config, at + F.data.offset),
  };
}

/** The set bits of a mask, of which those from `length` on mean nothing. */
function bitsIn(mask: DataView<ArrayBuffer>, from: number, length: number): number[] {
  const bits: number[] = [];
  for (let word = 0; word * 32 < length; word++) {
    let left = mask.getUint32(from + 4 * word, true);
    while (left !== 0) {
      const bit = 31 - Math.clz32(left & -left);
      if (word * 32 + bit < length) bits.push(word * 32 + bit);
      left &= left - 1;
    }
  }
  return bits;
}

/** Reads bytes of an array's file; `undefined` when they are not there. */
function readArrayFile(
  directory: string,
  name: string,
  length: number,
  offset: number,
): DataView<ArrayBuffer> | undefined {
  if (name === "" || name.includes("/")) return undefined;
  const path = `${directory}/fbarray_${name}`;
  if ((fileStatus(path)?.size ?? 0) < offset + length) return undefined;
  const fd = openFile(path, O.NONBLOCK);
  if (fd < 0) return undefined;
  try {
    const bytes = new Bytes(length);
    return bytes.read(fd, length, offset) ? bytes.view : undefined;
  } finally {
    libc().close(fd);
  }
}

/** The bytes of an array's elements, 0 where they cannot be right. */
function elementBytes({ length, elementSize }: ArrayPlace): number {
  const bytes = length * elementSize;
  return bytes > MAX_BYTES ? 0 : bytes;
}

function maskBytes({ length }: ArrayPlace): number {
  return MASK_HEADER + 8 * Math.ceil(length / 64);
}

/** The indices of the elements that are used; `undefined` when the file cannot be read. */
export function usedIn(directory: string, place: ArrayPlace): number[] | undefined {
  const behind = elementBytes(place);
  if (behind === 0) return undefined;
  const mask = readArrayFile(directory, place.name, maskBytes(place), behind);
  return mask && bitsIn(mask, MASK_HEADER, place.length);
}

/** All of an array; `undefined` when the file cannot be read. */
export function readArray(directory: string, place: ArrayPlace): ArrayBytes | undefined {
  const bytes = elementBytes(place);
  if (bytes === 0) return undefined;
  const elements = readArrayFile(directory, place.name, bytes + maskBytes(place), 0);
  return elements && { elements, used: bitsIn(elements, bytes + MASK_HEADER, place.length) };
}
