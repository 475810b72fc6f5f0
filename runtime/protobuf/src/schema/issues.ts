import { describe } from "../codec/decode.js";
import { invalidKey, invalidScalar } from "../codec/find-invalid.js";
import {
  type AnyMessage,
  type FieldInfo,
  type MessageInfo,
  type NamedType,
  parseFields,
} from "../codec/message-info.js";
import { isFields, ownValue } from "../codec/object.js";

/** A mistake in a value, and its place: the names of properties, and the indexes of lists. */
export interface StandardIssue {
  /** The expectation, and the value that was found. */
  readonly message: string;
  /** The way to the value. Undefined for the whole. */
  readonly path?: readonly (string | number)[] | undefined;
}

/** A generated class, as far as schemas need it. */
export interface MessageClass<M extends AnyMessage = AnyMessage> {
  readonly typeName: string;
  readonly $info: MessageInfo<M>;
  new (init?: object): M;
}

type Path = readonly (string | number)[];

/** More than these, nobody reads. */
const MOST = 100;

/** Collects what is wrong with an init, where the constructor of a message and its encoder stop at the first. */
export class Issues {
  readonly found: StandardIssue[] = [];
  /** The messages around the one that is looked at. */
  private readonly around = new Set<unknown>();

  add(path: Path, message: string): void {
    if (this.found.length < MOST) this.found.push({ message, path });
  }

  inMessage(type: NamedType, value: unknown, path: Path): void {
    const reason = this.invalidMessage(type, value);
    if (reason !== undefined) this.add(path, reason);
    else this.inFields(type, value as Fields, path);
  }

  private invalidMessage({ typeName }: NamedType, value: unknown): string | undefined {
    if (!isFields(value)) return `expected a message, got ${describe(value)}`;
    if (value.$typeName !== undefined && value.$typeName !== typeName)
      return `expected ${typeName}, got ${describe(value)}`;
    return this.around.has(value) ? "it contains itself" : undefined;
  }

  private inFields(type: NamedType, message: Fields, path: Path): void {
    this.around.add(message);
    const oneofs = new Map<string, FieldInfo[]>();
    for (const field of parseFields(type.$info)) {
      if (field.oneof === undefined) this.inField(field, message, path);
      else oneofs.set(field.oneof, [...(oneofs.get(field.oneof) ?? []), field]);
    }
    for (const [oneof, fields] of oneofs) this.inOneof(oneof, fields, message, path);
    this.around.delete(message);
  }

  private inField(field: FieldInfo, message: Fields, around: Path): void {
    const value = ownValue(message, field.key) as unknown;
    const path = [...around, field.key];
    if (value === undefined || value === null) return;
    if (field.repeated) this.inList(field, value, path);
    else if (field.mapKey !== undefined) this.inMap(field, field.mapKey, value, path);
    else this.inValue(field, value, path);
  }

  private inList(field: FieldInfo, value: unknown, path: Path): void {
    if (!Array.isArray(value)) this.add(path, `expected an array, got ${describe(value)}`);
    else for (let i = 0; i < value.length && this.found.length < MOST; i++) this.inValue(field, value[i], [...path, i]);
  }

  private inMap(field: FieldInfo, keyType: string, value: unknown, path: Path): void {
    if (!isFields(value)) {
      this.add(path, `expected an object, got ${describe(value)}`);
      return;
    }
    for (const [key, item] of Object.entries(value)) {
      const reason = invalidKey(keyType, key);
      if (reason !== undefined) this.add([...path, key], reason);
      this.inValue(field, item, [...path, key]);
    }
  }

  /** `{ case, value }` or, with oneofs=getters, members under their own names; those are looked at in any case. */
  private inOneof(oneof: string, fields: readonly FieldInfo[], message: Fields, around: Path): void {
    const value = ownValue(message, oneof) as unknown;
    const path = [...around, oneof];
    if (value === undefined || value === null) {
      for (const field of fields) this.inField(field, message, around);
    } else if (!isFields(value) || !("case" in value)) {
      this.add(path, `expected { case, value }, got ${describe(value)}`);
    } else if (value.case !== undefined) {
      const cases = fields.map(({ key }) => key);
      const field = fields[cases.indexOf(value.case as string)];
      if (field !== undefined) this.inValue(field, value.value, [...path, "value"]);
      else this.add([...path, "case"], `expected case ${cases.join(" or ")}, got ${describe(value.case)}`);
    }
  }

  private inValue(field: FieldInfo, value: unknown, path: Path): void {
    const { type, messageType } = field;
    if (messageType !== undefined && messageType.invalid === undefined) {
      this.inMessage(messageType, value, path);
      return;
    }
    const reason = messageType === undefined ? invalidScalar(type, asInit(type, value)) : messageType.invalid!(value);
    if (reason !== undefined) this.add(path, reason);
  }
}

type Fields = Record<string, unknown>;

/** An init may have a bigint for a 64-bit integer that is a string or a number in the message. */
function asInit(type: string, value: unknown): unknown {
  return typeof value === "bigint" && /[cdfpr]/.test(type) ? String(value) : value;
}
