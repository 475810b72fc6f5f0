import type { UnknownField } from "../wire/wire-type.js";
import { clone } from "./clone.js";
import { type BinaryReadOptions, decode } from "./decode.js";
import { equals } from "./equals.js";
import { initialize } from "./init.js";
import { type AnyMessage, infoOf, type MessageInfo } from "./message-info.js";

/**
 * The base class of generated messages. Its methods find the codec through the class, which costs one more step per
 * call but makes a class cheaper to load. If a field has the name of one of these methods, the class defines all of
 * them itself.
 */
export abstract class Message implements AnyMessage {
  /** The full name of the message type. */
  static get typeName(): string {
    // biome-ignore lint/complexity/noThisInStatic: the class that was asked, which extends this one
    return ownStatic(this, "typeName", (type) => new type().$typeName);
  }

  declare readonly $typeName: string;
  declare $unknown?: UnknownField[] | undefined;

  /**
   * Generated constructors pass the function that makes an empty message, their init, and what applies it; those of the
   * compact form pass nothing.
   */
  constructor(make?: new () => AnyMessage, init?: object, assign?: (m: never, i: never) => void) {
    if (make === undefined) return;
    const made = make.prototype === new.target.prototype ? new make() : newDerived(make, new.target);
    if (init !== undefined) initialize(made, init, assign as (m: AnyMessage, i: object) => void);
    // biome-ignore lint/correctness/noConstructorReturn: it is an instance of the class, also of one that extends it
    return made as this;
  }

  /** Decodes into this message: lists and maps grow, messages merge, scalars are replaced. */
  mergeFromBinary(bytes: Uint8Array, options?: BinaryReadOptions): this {
    return decode<this>(infoOf(this), this, bytes, options);
  }

  /** A deep copy. */
  clone(): this {
    return clone(this);
  }

  /** Whether the other is a message of the same type with equal fields; unknown fields are not compared. */
  equals(other: unknown): boolean {
    return equals(this, other);
  }
}

/** A generated class, as far as the runtime needs it. */
export interface MessageType<M extends AnyMessage = AnyMessage> {
  readonly typeName: string;
  readonly $info: MessageInfo<M>;
  new (init?: object): M;
}

/** Turns a function that assigns all properties into a constructor for instances of the class. */
export function constructorOf<M extends AnyMessage>(
  type: { readonly prototype: M },
  assign: (this: M) => void,
): new () => M {
  assign.prototype = type.prototype;
  return assign as unknown as new () => M;
}

/** Makes the constructor's result an instance of a class that extends its own. */
export function newDerived<M extends AnyMessage>(make: new () => M, type: { readonly prototype: object }): M {
  return Reflect.construct(make, [], type as new () => M);
}

/**
 * A static property of the generated class, made on first access: static fields of classes that are not used are what
 * takes most of the time of loading them. A class that extends the generated one has the same.
 */
export function ownStatic<V>(asked: object, name: string, make: (type: MessageType) => V): V {
  let type = asked;
  while (!Object.hasOwn(type, "$info") && !Object.hasOwn(type, "$table")) type = Object.getPrototypeOf(type) as object;
  const value = make(type as MessageType);
  Object.defineProperty(type, name, { value, writable: true, configurable: true });
  return value;
}
