/**
 * What every library folder stands on: errors, checks, views over memory, buffers.
 *
 * @module
 */

export { Counter32, Counter64 } from "./atomic.ts";
export { Backoff } from "./backoff.ts";
export { cHeader } from "./c_header.ts";
export { ElementBuffer, PointerBuffer } from "./buffers.ts";
export { checkInteger, checkKeys, checkName, checkOneOf, quoted, refuseBurst } from "./check.ts";
export type { CBigInt, CNumber, CScalar, CType, CValue } from "./codec.ts";
export { type ElfLibrary, elfLibrary } from "./elf_library.ts";
export { type ElfSymbol, elfSymbol } from "./elf_symbol.ts";
export { Errno, errorCode } from "./errno.ts";
export { type AdviceTable, DpdkError, failed, type Failure } from "./errors.ts";
export {
  bury,
  buryAll,
  checkMaker,
  enrol,
  type Life,
  type Maker,
  maker,
  type Mortal,
} from "./handles.ts";
export * from "./layout.ts";
export {
  type BitField,
  type Constants,
  type Field,
  type Layout,
  maskOf,
  type StructLayout,
} from "./layout_form.ts";
export { errno, exists, libc, listDirectory, readFile, readText } from "./libc.ts";
export { type Memcpy, memcpy } from "./memcpy.ts";
export { peek, readPointer, Region, releaseAll, releaseRange } from "./memory.ts";
export { commandLine, maps, readMemory, startTime, type Thread, threadsOf } from "./proc.ts";
export { SharedMemory } from "./shared_memory.ts";
export { END_SIGNALS, endBySignal, setDefaultAction, SignalAction } from "./signals.ts";
export { poll, type PollOptions, type PollStep } from "./poll.ts";
export { printed } from "./stream.ts";
export { struct, union } from "./struct.ts";
export type {
  AnyStruct,
  ArrayView,
  FieldView,
  Struct,
  StructBytes,
  StructFieldOptions,
  StructFields,
  StructFieldType,
  StructFieldValue,
  StructInput,
  StructOptions,
  StructPlainType,
  StructValue,
  StructValues,
  StructView,
  UnionValue,
} from "./struct_types.ts";
export type { ByteWindow } from "./window.ts";
