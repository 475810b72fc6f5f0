import { fieldSize, fieldStart, fieldTag, next } from "../../wire/reader.js";
import { EndGroup, LengthDelimited, StartGroup, type WireType } from "../../wire/wire-type.js";
import { capacity, endLength, overflow, reserved, varint } from "../../wire/writer.js";
import { readGroup } from "../group.js";
import { initNumber, initString } from "../init.js";
import { longToNumber, toBigint } from "../long.js";
import type { MessageType } from "../message.js";
import type { AnyMessage, FieldInfo, MessageInfo } from "../message-info.js";
import type { Refs } from "../refs.js";
import { type CompactScalar, cursor, scalarOf } from "./scalar.js";

/**
 * One element of a field: the field itself, a list item, a map key or a map value. Either a scalar (enums are int32) or
 * a message.
 */
export interface CompactElement {
  readonly wire: WireType;
  readonly scalar: CompactScalar | undefined;
  readonly message: MessageRef | undefined;
  /** Set if the property has a different shape from the wire type. */
  readonly adapter: Adapter | undefined;
  /** For a closed enum: whether it declares a value, in the shape of the property. */
  readonly has: ((v: never) => boolean) | undefined;
  /** The letter of the scalar, or of the scalar inside a wrapper. */
  readonly letter: string;
  readonly isWrapper: boolean;
  /** The value of a map entry without one, and of an unset field with implicit presence. */
  readonly zero: () => unknown;
}

interface MessageRef {
  readonly type: MessageType;
  readonly info: MessageInfo;
  /** Whether it has required fields, directly or nested. */
  readonly isChecked: boolean;
  /** How many bytes the last length took. */
  lengthSize: number;
}

export interface Adapter {
  /** `at` is the position of the value in binary input, for errors. */
  toLocal(v: unknown, at?: number): unknown;
  toWire(v: unknown): unknown;
  /** For a 64-bit integer, an enum or a time: converts from an init, where protobuf-es messages have bigints, numbers and messages. */
  readonly fromInit: ((v: never) => unknown) | undefined;
}

export function createElement({ type, flags }: FieldInfo, refs: Refs): CompactElement {
  if (flags.includes("w") || type === "s" || type === "t") return adaptedElement(type, flags, refs);
  if (type === "J" || type === "K") return messageElement(type, flags, refs);
  if (type === "n") return namedElement(flags, refs);
  if (type !== type.toUpperCase()) return longElement(type, flags);
  const has = flags.includes("c") ? refs.take<(n: number) => boolean>() : undefined;
  return scalarElement(type, flags, has);
}

/** A scalar, enum or map key in its wire shape. */
export function scalarElement(letter: string, flags: string, has?: (v: never) => boolean): CompactElement {
  const scalar = scalarOf(letter === "I" && flags.includes("u") ? "i" : letter);
  const { wire, zero } = scalar; // wherever it matters, compilers ensure that an enum's first value is 0
  return { wire, scalar, message: undefined, adapter: undefined, has, letter, isWrapper: false, zero: () => zero };
}

const longString: Adapter = { toLocal: (v) => `${v}`, toWire: (v) => toBigint(v as string), fromInit: initString };
const longNumber: Adapter = {
  toLocal: (v, at) => longToNumber(v as bigint, at),
  toWire: (v) => toBigint(v as number),
  fromInit: initNumber,
};

/** A 64-bit integer represented as a string or a number. */
function longElement(type: string, flags: string): CompactElement {
  const adapter = flags.includes("n") ? longNumber : longString;
  const element = scalarElement(type.toUpperCase(), flags);
  return { ...element, adapter, zero: () => adapter.toLocal(0n) };
}

/** An enum represented by names. */
function namedElement(flags: string, refs: Refs): CompactElement {
  const adapter = refs.take<Adapter>();
  const has = flags.includes("c") ? isName : undefined;
  return { ...scalarElement("N", flags, has), adapter, letter: "n", zero: () => adapter.toLocal(0) };
}

function isName(v: unknown): boolean {
  return typeof v === "string";
}

function messageElement(letter: string, flags: string, refs: Refs): CompactElement {
  const message = takeMessage(flags, refs);
  const zero = (): unknown => new message.type();
  const wire = letter === "J" ? StartGroup : LengthDelimited;
  return { wire, scalar: undefined, message, adapter: undefined, has: undefined, letter, isWrapper: false, zero };
}

/** A message represented by something else: a wrapper by its value, a Struct by a JSON object, a time by its TimeForm. */
function adaptedElement(letter: string, flags: string, refs: Refs): CompactElement {
  const isWrapper = letter !== "s" && letter !== "t";
  const message = takeMessage(flags, refs);
  const adapter = isWrapper
    ? wrapperAdapter(message.type)
    : letter === "s"
      ? structAdapter(refs)
      : refs.take<Adapter>();
  const zero = (): unknown => adapter.toLocal(new message.type());
  const wire = flags.includes("d") ? StartGroup : LengthDelimited;
  return { wire, scalar: undefined, message, adapter, has: undefined, letter, isWrapper, zero };
}

function takeMessage(flags: string, refs: Refs): MessageRef {
  const type = refs.take<MessageType>();
  return { type, info: type.$info, isChecked: flags.includes("m"), lengthSize: 1 };
}

function wrapperAdapter(type: MessageType): Adapter {
  const toLocal: Adapter["toLocal"] = (v) => (v as { value: unknown }).value;
  return { toLocal, toWire: (value) => new type({ value }), fromInit: undefined };
}

/** Its functions belong to JSON, so the table supplies them: code without JSON must not import them. */
function structAdapter(refs: Refs): Adapter {
  const toJson = refs.take<(struct: unknown) => unknown>();
  const fromJson = refs.take<(json: unknown, classes: unknown) => unknown>();
  const classes = refs.take();
  return { toLocal: (v) => toJson(v), toWire: (v) => fromJson(v, classes), fromInit: undefined };
}

/**
 * Reads an element whose head `field` has just read up to p, and leaves the position after it in `cursor`. A message is
 * merged into the current one.
 */
export function readElement(e: CompactElement, p: number, end: number, d: number, current: unknown): unknown {
  const at = fieldStart;
  if (e.scalar !== undefined) {
    const v = e.scalar.read(p, end);
    return e.adapter === undefined ? v : e.adapter.toLocal(v, at);
  }
  const message = e.message!;
  const behind = p + fieldSize;
  const tag = fieldTag;
  const m = mergeTarget(e, message, current);
  if (e.wire === StartGroup) {
    readGroup(message.info.read, m, tag, at, end, d - 1);
    cursor.p = next;
  } else {
    message.info.read(m, p, behind, d - 1);
    cursor.p = behind;
  }
  return e.adapter === undefined ? m : e.adapter.toLocal(m, at);
}

function mergeTarget(e: CompactElement, { type }: MessageRef, current: unknown): AnyMessage {
  if (e.adapter === undefined) return (current as AnyMessage) ?? new type();
  return current === undefined ? new type() : (e.adapter.toWire(current) as AnyMessage);
}

/**
 * Writes an element with its tag. Fixed-size values may go into the slack beyond `capacity`; callers check afterwards.
 */
export function writeElement(e: CompactElement, number: number, v: unknown, p: number): number {
  p = varint(((number << 3) | e.wire) >>> 0, p);
  const x = e.adapter === undefined ? v : e.adapter.toWire(v);
  if (e.scalar !== undefined) return e.scalar.write(x as never, p);
  const message = e.message!;
  if (e.wire === LengthDelimited) return writeDelimited(message, x as AnyMessage, p);
  p = varint(((number << 3) | EndGroup) >>> 0, message.info.write(x as AnyMessage, p));
  return p > capacity ? overflow(p) : p;
}

/** Reserves as many bytes for the length as it needed last time. */
function writeDelimited(message: MessageRef, m: AnyMessage, p: number): number {
  const r = message.lengthSize;
  p = endLength(p, r, message.info.write(m, p + r));
  message.lengthSize = reserved;
  return p;
}
