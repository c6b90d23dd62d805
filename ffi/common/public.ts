/**
 * What scripts use together with any of DPDK's libraries: buffers, polling, structs, errors, the
 * runtime, and which DPDK this is.
 *
 * @module
 */

export {
  type AnyStruct,
  type ArrayView,
  Backoff,
  type ByteWindow,
  type CBigInt,
  cHeader,
  type CNumber,
  Counter32,
  Counter64,
  type CScalar,
  type CType,
  type CValue,
  DpdkError,
  ElementBuffer,
  type Failure,
  type Field,
  type FieldView,
  PointerBuffer,
  poll,
  type PollOptions,
  type PollStep,
  type SharedMemory,
  type Struct,
  struct,
  type StructBytes,
  type StructFieldOptions,
  type StructFields,
  type StructFieldType,
  type StructFieldValue,
  type StructInput,
  type StructOptions,
  type StructPlainType,
  type StructValue,
  type StructValues,
  type StructView,
  union,
  type UnionValue,
} from "../core/mod.ts";
export {
  type Architecture,
  type Call,
  type Callback,
  type Calls,
  type Pointer,
  type Runtime,
  runtime,
  type Symbols,
} from "../runtime/mod.ts";
export {
  type Abi,
  type Build,
  type Installation,
  installation,
  libraries,
  type LibrariesOptions,
  RTE_CACHE_LINE_SIZE,
} from "../abi/mod.ts";
