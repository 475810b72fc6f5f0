import { fail, ProtobufError } from "../error.js";
import { forgetWindow } from "../wire/read-string.js";
import { begin, beginRange, finish } from "../wire/reader.js";
import type { AnyMessage, MessageInfo } from "./message-info.js";

/** Options for decoding binary data. */
export interface BinaryReadOptions {
  /** Keep fields that the schema does not know in `$unknown`. Default true. */
  readUnknownFields?: boolean;
  /** How many levels of nested messages and groups are accepted. Default 100. */
  recursionLimit?: number;
  /**
   * "view" (the default): a `bytes` field is a view of the input. Nothing is copied, but the field changes when the
   * input does, and keeps the whole input in memory. "copy": the field has its own memory.
   */
  bytes?: "view" | "copy";
  /** Accept a message even if required fields are unset. Default false. */
  partial?: boolean;
  /**
   * Checks extensions that it knows, which otherwise are decoded when they are asked for: also those of a MessageSet,
   * and those within extensions. `createRegistry` makes one.
   */
  registry?: ExtensionChecker | undefined;
}

/** A registry, as far as decoding needs it. */
export interface ExtensionChecker {
  /** Throws a ProtobufError if an extension in the message does not decode. */
  checkExtensions?(message: AnyMessage, recursionLimit: number): void;
}

const RECURSION_LIMIT = 100;

/** Protobuf encoding, "Proto Limits"; positions are int32 in all decoders. */
const MAX_SIZE = 0x7fff_ffff;

/**
 * Decodes the bytes and merges them into the message (protobuf encoding, "Last One Wins"). Throws a ProtobufError with
 * the field's path if the input is malformed or lacks a required field.
 */
export function decode<M extends AnyMessage>(
  info: MessageInfo<M>,
  message: M,
  bytes: Uint8Array,
  options?: BinaryReadOptions,
): M {
  const depth = options?.recursionLimit ?? RECURSION_LIMIT;
  try {
    const end = begin(bytes, options?.bytes === "copy", options?.readUnknownFields !== false);
    if (end > MAX_SIZE) fail("it has 2 GiB or more");
    forgetWindow();
    info.read(message, 0, end, depth);
  } catch (e) {
    throw info.explain(e, message, info, "decode", bytes);
  } finally {
    finish();
  }
  requireAll(info, message, "decode", options);
  options?.registry?.checkExtensions?.(message, depth);
  return message;
}

/** Like `decode` with the default options, for bytes start to end of a buffer that holds more. */
export function decodeRange<M extends AnyMessage>(
  info: MessageInfo<M>,
  message: M,
  bytes: Uint8Array,
  start: number,
  end: number,
): M {
  try {
    const size = beginRange(bytes, start, end);
    forgetWindow();
    info.read(message, 0, size, 100);
  } catch (e) {
    throw info.explain(e, message, info, "decode", bytes.subarray(start, end));
  } finally {
    finish();
  }
  requireAll(info, message, "decode");
  return message;
}

/** Fails if a required field is unset, unless the options allow it. */
export function requireAll<M extends AnyMessage>(
  info: MessageInfo<M>,
  message: M,
  verb: string,
  options?: { partial?: boolean },
): void {
  if (info.missing === undefined || options?.partial === true) return;
  const path = info.missing(message);
  if (path === undefined) return;
  throw new ProtobufError(`cannot ${verb} field ${message.$typeName}.${path}: required field is not set`);
}

/** Whether the call stack was exhausted: the error has another class and another text in each engine. */
export function isTooDeep(e: unknown): boolean {
  return /call stack|too much recursion/i.test(String(e));
}

/** Names a value's type in an error. */
export function describe(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  switch (typeof value) {
    case "object":
      return (value as { $typeName?: string }).$typeName ?? value.constructor?.name ?? "an object";
    case "string":
      return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
    case "bigint":
      return `${value}n`;
    default:
      return String(value);
  }
}
