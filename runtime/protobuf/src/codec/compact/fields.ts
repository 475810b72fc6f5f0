import { LengthDelimited, type WireType } from "../../wire/wire-type.js";
import { invalid } from "../../wire/writer.js";
import { type FieldInfo, type FieldKind, kindOf, parseFields } from "../message-info.js";
import { ownValue } from "../object.js";
import { checkUnset } from "../oneof.js";
import { Refs } from "../refs.js";
import { type CompactElement, createElement, scalarElement } from "./element.js";

/** A field, classified. */
export interface CompactField {
  readonly name: string;
  readonly number: number;
  readonly kind: FieldKind;
  /** The property; in a oneof, the case. */
  readonly key: string;
  /** The property of the oneof. */
  readonly oneof: string;
  readonly element: CompactElement;
  /** For a map. */
  readonly keyElement: CompactElement | undefined;
  readonly isImplicit: boolean;
  readonly isRequired: boolean;
  readonly isPacked: boolean;
  /** Whether the JSON name differs from the property name. */
  readonly hasJsonName: boolean;
}

/** The table that the interpreter runs on, built when a message is first used. */
export interface CompactFields {
  /** By field number. */
  readonly fields: readonly CompactField[];
  /** For each oneof what its case may be. */
  readonly oneofs: ReadonlyMap<string, ReadonlySet<unknown>>;
  /** The fields by every tag they accept. */
  readonly tags: ReadonlyMap<number, CompactField>;
}

export function createFields(words: string, refs: readonly unknown[]): CompactFields {
  const taken = new Refs(refs);
  const fields = parseFields({ fields: words, types: undefined }).map((info) => createField(info, taken));
  return {
    fields,
    oneofs: oneofsOf(fields),
    tags: new Map(fields.flatMap((field) => wiresOf(field).map((wire) => [tagOf(field, wire), field]))),
  };
}

function oneofsOf(fields: readonly CompactField[]): Map<string, Set<unknown>> {
  const oneofs = new Map<string, Set<unknown>>();
  for (const { kind, oneof, key } of fields) {
    if (kind === "oneof") oneofs.set(oneof, (oneofs.get(oneof) ?? new Set([undefined])).add(key));
  }
  return oneofs;
}

/** Fails if a oneof of the message, or of an init, has a case that it does not know. */
export function checkCases(oneofs: CompactFields["oneofs"], m: Readonly<Record<string, unknown>>): void {
  for (const [key, cases] of oneofs) {
    const oneof = ownValue(m, key) as { readonly case?: unknown } | undefined | null;
    if (!cases.has(oneof?.case)) invalid();
    if (oneof != null && oneof.case === undefined) checkUnset(oneof);
  }
}

function createField(info: FieldInfo, refs: Refs): CompactField {
  const { name, number, key, flags, mapKey } = info;
  const has = (flag: string): boolean => flags.includes(flag);
  const element = createElement(info, refs);
  const kind = kindOf(info);
  return {
    name,
    number,
    kind,
    key,
    oneof: info.oneof ?? "",
    element,
    keyElement: mapKey === undefined ? undefined : scalarElement(mapKey, flags),
    isImplicit: kind === "singular" && element.message === undefined && !has("o") && !has("r"),
    isRequired: has("r"),
    isPacked: kind === "list" && element.scalar?.packed !== undefined && !has("e"),
    hasJsonName: has("j"),
  };
}

/** Decoders accept packed and expanded lists, whichever the schema declares (encoding, "Packed Repeated Fields"). */
function wiresOf({ kind, element }: CompactField): WireType[] {
  if (kind === "map") return [LengthDelimited];
  return kind === "list" && element.scalar?.packed !== undefined ? [element.wire, LengthDelimited] : [element.wire];
}

function tagOf({ number }: CompactField, wire: WireType): number {
  return ((number << 3) | wire) >>> 0;
}
