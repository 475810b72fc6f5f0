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
  /** For a time or an enum: what is wrong with the value of a field. */
  invalid?(v: unknown): string | undefined;
}

export function createElement({ type, flags }: FieldInfo, refs: Refs): CompactElement {
  const isMessage = /[JKst]/.test(type) || flags.includes("w");
  const element = isMessage
    ? messageElement(type, flags, refs)
    : scalarElement(type.toUpperCase(), flags, hasOf(type, flags, refs));
  const adapter = adapterOf(type, flags, refs, element.message?.type);
  if (adapter === undefined) return element;
  return { ...element, adapter, zero: () => adapter.toLocal(element.zero()) };
}

/** A scalar, enum or map key in its wire shape. */
export function scalarElement(letter: string, flags: string, has?: (v: never) => boolean): CompactElement {
  const scalar = scalarOf(letter === "I" && flags.includes("u") ? "i" : letter);
  const { wire, zero } = scalar; // wherever it matters, compilers ensure that an enum's first value is 0
  return { wire, scalar, message: undefined, adapter: undefined, has, letter, isWrapper: false, zero: () => zero };
}

/** What of a closed enum is declared: numbers, or all that has a name. */
function hasOf(type: string, flags: string, refs: Refs): CompactElement["has"] {
  if (!flags.includes("c")) return undefined;
  return type === "n" ? (v: unknown) => typeof v === "string" : refs.take();
}

function messageElement(letter: string, flags: string, refs: Refs): CompactElement {
  const type = refs.take<MessageType>();
  const message = { type, info: type.$info, isChecked: flags.includes("m"), lengthSize: 1 };
  const wire = letter === "J" || flags.includes("d") ? StartGroup : LengthDelimited;
  const isWrapper = flags.includes("w");
  return {
    wire,
    scalar: undefined,
    message,
    adapter: undefined,
    has: undefined,
    letter,
    isWrapper,
    zero: () => new type(),
  };
}

/** Times and enums bring theirs; that of a 64-bit integer is a string or a number. */
function adapterOf(type: string, flags: string, refs: Refs, message: MessageType | undefined): Adapter | undefined {
  if (type === "t" || type === "n") return refs.take();
  if (type === "s") return structAdapter(refs);
  if (flags.includes("w")) return wrapperAdapter(message!);
  return type === type.toUpperCase() ? undefined : flags.includes("n") ? longNumber : longString;
}

const longString: Adapter = { toLocal: (v) => `${v}`, toWire: (v) => toBigint(v as string), fromInit: initString };
const longNumber: Adapter = {
  toLocal: (v, at) => longToNumber(v as bigint, at),
  toWire: (v) => toBigint(v as number),
  fromInit: initNumber,
};

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
