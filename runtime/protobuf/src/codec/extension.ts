import { fail } from "../error.js";
import { field, fieldSize, fieldStart, fieldTag, input } from "../wire/reader.js";
import { EndGroup, LengthDelimited, StartGroup, type UnknownField, Varint } from "../wire/wire-type.js";
import { messageInfo } from "./create-info.js";
import { type BinaryReadOptions, decode } from "./decode.js";
import { encode } from "./encode.js";
import type { AnyMessage, MessageInfo } from "./message-info.js";
import { readUnknown, tagged, varintBytes } from "./unknown.js";

/** The message with one field that the codec of an extension's value works on. */
export interface ExtensionHolder<V> extends AnyMessage {
  value: V;
}

/** The generated description of an extension. Its value is stored among the unknown fields of the extended message. */
export interface ExtensionCodec<V> {
  readonly typeName: string;
  readonly number: number;
  /** The type name of the extended message. */
  readonly extendee: string;
  /** Whether that message has the option message_set_wire_format. */
  readonly messageSet: boolean;
  /** An empty list, or undefined. */
  readonly empty: () => V;
  /** The value of an unset extension: its default. */
  readonly unset: () => V;
  readonly info: MessageInfo<ExtensionHolder<V>>;
}

/** The property of a generated extension that holds its codec. */
export const extensionCodec: unique symbol = Symbol.for("protoloom.extension");

/** A generated extension, as far as these functions need it. `E` is the extended message, `V` the value. */
export interface Extension<E extends AnyMessage, V> {
  /** The codec of its value. A symbol, so that the generated constant stays a plain descriptor to protobuf-es. */
  readonly [extensionCodec]: ExtensionCodec<V>;
  /** Never set: carries the type of the extended message. */
  readonly $extendee?: E;
}

/** Whether the extension is set on the message. */
export function hasExtension<E extends AnyMessage, V>(message: E, extension: Extension<E, V>): boolean {
  const codec = extension[extensionCodec];
  if (codec.extendee !== message.$typeName) return false;
  const fields = message.$unknown?.filter((f) => holds(codec, f)) ?? [];
  return fields.length > 0 && (!isEnum.test(codec.info.fields) || isSet(readValue(codec, fields)));
}

/** The start of an enum extension's info. A closed enum may not declare the values that are present. */
const isEnum = /^\*?N/i;

function isSet(value: unknown): boolean {
  return value !== undefined && !(Array.isArray(value) && value.length === 0);
}

function readValue<V>(codec: ExtensionCodec<V>, fields: readonly UnknownField[], options?: BinaryReadOptions): V {
  const bytes = concat(fields.map((f) => (codec.messageSet ? asItem(f) : tagged(f))));
  return decode(codec.info, holder(codec, codec.empty()), bytes, options).value;
}

/** Decodes the extensions in a message that `find` knows, and those within them; `d` is the remaining recursion depth. */
export function checkExtensions(
  value: unknown,
  d: number,
  // biome-ignore lint/suspicious/noExplicitAny: an extension of any message, with any value
  find: (extendee: string, number: number) => Extension<any, any> | undefined,
): void {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return;
  const { $typeName, $unknown = [] } = value as Partial<AnyMessage>;
  if ($typeName !== undefined) {
    for (const number of new Set($unknown.flatMap(extensionNumbers))) {
      const codec = find($typeName, number)?.[extensionCodec];
      if (codec === undefined) continue;
      const fields = $unknown.filter((f) => holds(codec, f));
      checkExtensions(readValue(codec, fields, { recursionLimit: d }), d - 1, find);
    }
  }
  for (const [key, inner] of Object.entries(value)) {
    if (key !== "$unknown") checkExtensions(inner, $typeName === undefined ? d : d - 1, find);
  }
}

/**
 * Returns the value of an extension, or its default if it is unset (an empty list, an empty message, zero). The value
 * is decoded on each call: after changing it, store it with setExtension. Throws a ProtobufError if the bytes do not
 * decode.
 *
 * @example
 * const weight = getExtension(order, shipping_weight); // extend Order { optional double shipping_weight = 100; }
 */
export function getExtension<E extends AnyMessage, V>(message: E, extension: Extension<E, V>): V {
  const codec = checkExtendee(extension, message);
  const fields = message.$unknown?.filter((f) => holds(codec, f)) ?? [];
  if (fields.length === 0) return codec.unset();
  return readValue(codec, fields) ?? codec.unset(); // a closed enum may have rejected everything
}

/**
 * Sets the value of an extension.
 *
 * @example
 * setExtension(order, shipping_weight, 2.5);
 */
export function setExtension<E extends AnyMessage, V>(message: E, extension: Extension<E, V>, value: NoInfer<V>): void {
  const codec = checkExtendee(extension, message);
  const bytes = encode(codec.info, holder(codec, value));
  clearExtension(message, extension);
  const fields = unknownFields(bytes);
  const items = codec.messageSet ? fields.map((f) => toSetItem(codec.number, f)) : fields;
  message.$unknown = [...(message.$unknown ?? []), ...items];
}

/** Removes an extension from the message. */
export function clearExtension<E extends AnyMessage, V>(message: E, extension: Extension<E, V>): void {
  const codec = checkExtendee(extension, message);
  if (message.$unknown !== undefined) message.$unknown = message.$unknown.filter((f) => !holds(codec, f));
}

function checkExtendee<E extends AnyMessage, V>(extension: Extension<E, V>, message: E): ExtensionCodec<V> {
  const codec = extension[extensionCodec];
  if (codec.extendee === message.$typeName) return codec;
  return fail(`extension ${codec.typeName} extends ${codec.extendee}, not ${message.$typeName}`);
}

function holder<V>(codec: ExtensionCodec<V>, value: V): ExtensionHolder<V> {
  return { $typeName: codec.extendee, value, $unknown: undefined };
}

function holds<V>(codec: ExtensionCodec<V>, field: UnknownField): boolean {
  return field.no === codec.number || (codec.messageSet && setItem(field)?.typeId === codec.number);
}

/** The extension numbers that an unknown field may stand for: its own, or the item's in a MessageSet. */
export function extensionNumbers(field: UnknownField): number[] {
  const item = setItem(field);
  return item === undefined ? [field.no] : [field.no, item.typeId];
}

/** Splits encoded fields without knowing their schema. */
function unknownFields(bytes: Uint8Array): UnknownField[] {
  const all: AnyMessage = { $typeName: "", $unknown: undefined };
  decode(messageInfo("", readAllUnknown, writeNothing), all, bytes);
  return all.$unknown ?? [];
}

/** For messages that are only decoded. */
function writeNothing(_: AnyMessage, p: number): number {
  return p;
}

function readAllUnknown(m: AnyMessage, p: number, end: number, d: number): AnyMessage {
  while (p < end) {
    field(p, end);
    p = readUnknown(m, fieldTag, fieldStart, end, d);
  }
  return m;
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let p = 0;
  for (const part of parts) {
    bytes.set(part, p);
    p += part.length;
  }
  return bytes;
}

// MessageSet (message_set_wire_format): each extension is a group 1 with its number (2, type_id) and its bytes (3).

const ITEM_TYPE_ID = (2 << 3) | Varint;
const ITEM_MESSAGE = (3 << 3) | LengthDelimited;

interface SetItem {
  readonly typeId: number;
  /** The extension as a field of its own: tag, length and bytes. */
  readonly field: Uint8Array;
}

/**
 * Generated code has the value of an item as field 1, because the item's own number may be higher than any field
 * number.
 */
const ITEM_VALUE = 1;

/** The value of a MessageSet extension, which may also be a plain field. */
function asItem(field: UnknownField): Uint8Array {
  return setItem(field)?.field ?? tagged({ ...field, no: ITEM_VALUE });
}

/** Reads an item of a MessageSet from the unknown field that it is; undefined for any other, and for half an item. */
function setItem(field: UnknownField): SetItem | undefined {
  if (field.no !== 1 || field.wireType !== StartGroup) return undefined;
  const item: Item = { $typeName: "MessageSet", $unknown: undefined, typeId: 0, bytes: undefined };
  decode(messageInfo("", readItem, writeNothing), item, field.data.subarray(0, -1));
  if (item.typeId === 0 || item.bytes === undefined) return undefined;
  const data = concat([varintBytes(item.bytes.length), item.bytes]);
  return { typeId: item.typeId, field: tagged({ no: ITEM_VALUE, wireType: LengthDelimited, data }) };
}

interface Item extends AnyMessage {
  typeId: number;
  bytes: Uint8Array | undefined;
}

/** Of a number or a value that is there twice, the first one counts, as in C++ and upb. */
function readItem(m: Item, p: number, end: number, d: number): Item {
  while (p < end) {
    p = field(p, end);
    if (fieldTag === ITEM_TYPE_ID) m.typeId ||= fieldSize >>> 0;
    else if (fieldTag === ITEM_MESSAGE) {
      m.bytes ??= input.slice(p, p + fieldSize);
      p += fieldSize;
    } else p = readUnknown(m, fieldTag, fieldStart, end, d);
  }
  return m;
}

function toSetItem(typeId: number, field: UnknownField): UnknownField {
  const endGroup = Uint8Array.of((1 << 3) | EndGroup);
  const data = concat([
    Uint8Array.of(ITEM_TYPE_ID),
    varintBytes(typeId),
    Uint8Array.of(ITEM_MESSAGE),
    field.data,
    endGroup,
  ]);
  return { no: 1, wireType: StartGroup, data };
}
