import { clone, infoOf, parseFields, setEntry } from "@protoloom/protobuf/codec";
import type { FieldMaskShape } from "@protoloom/protobuf/json";
import { fieldMaskNormalize } from "./field-mask.js";

// Updates through a mask. Fields are found by the names in the class's codec, so no descriptor is needed. Paths that
// name no field are skipped, as in Java's FieldMaskUtil; fieldMaskIsValid finds them.

/** How fieldMaskMerge treats the field at the end of a path. */
export interface FieldMaskMergeOptions {
  /** Merge a message into the existing one. By default the message is replaced, and unset if the source has none. */
  mergeMessages?: boolean | undefined;
  /** Append list items and add map entries to the existing ones. By default they are replaced. */
  appendLists?: boolean | undefined;
}

/**
 * Copies the fields that the mask covers from the source into the destination, which it returns. A field that the
 * source does not have is unset. Paths go through singular messages only. With both options, this is the update of
 * field_mask.proto; without them, the one of AIP-134.
 */
export function fieldMaskMerge<M extends object>(
  mask: FieldMaskShape,
  source: M,
  destination: M,
  options: FieldMaskMergeOptions = {},
): M {
  mergeFields(pathTree(mask), clone(source as Message), destination as Message, options);
  return destination;
}

/** A copy of the message with only the fields that the mask covers. Unknown fields are dropped. */
export function fieldMaskTrim<M extends object>(mask: FieldMaskShape, message: M): M {
  const kept = emptyLike(message as Message);
  mergeFields(pathTree(mask), clone(message as Message), kept, {});
  return kept as M;
}

interface Message {
  readonly $typeName: string;
  [property: string]: unknown;
  toBinary(options: { partial: boolean }): Uint8Array;
  mergeFromBinary(bytes: Uint8Array, options: { partial: boolean }): unknown;
}

/** The names below each name; empty at the end of a path. */
interface PathTree extends Map<string, PathTree> {}

function pathTree(mask: FieldMaskShape): PathTree {
  const root: PathTree = new Map();
  for (const path of fieldMaskNormalize(mask).paths) {
    let node = root;
    for (const name of path.split(".")) {
      const below = node.get(name) ?? new Map();
      node.set(name, below);
      node = below;
    }
  }
  return root;
}

function mergeFields(tree: PathTree, source: Message, destination: Message, o: FieldMaskMergeOptions): void {
  const empty = emptyLike(destination);
  if (tree.has("*")) replaceAll(source, destination, empty);
  for (const [name, below] of tree) {
    const slot = slotOf(name, empty);
    if (slot === undefined) continue;
    if (below.size === 0) mergeField(slot, source, destination, o);
    else mergeBelow(slot, below, source, destination, o);
  }
}

function replaceAll(source: Message, destination: Message, empty: Message): void {
  for (const key of Object.keys(empty)) {
    if (!key.startsWith("$")) destination[key] = source[key];
  }
}

function mergeField(slot: Slot, source: Message, destination: Message, o: FieldMaskMergeOptions): void {
  const from = slot.get(source);
  const to = slot.get(destination);
  if (o.mergeMessages && isMessage(to)) {
    if (isMessage(from)) to.mergeFromBinary(from.toBinary({ partial: true }), { partial: true });
  } else if (o.appendLists && Array.isArray(from) && Array.isArray(to)) {
    slot.set(destination, [...to, ...from]);
  } else if (o.appendLists && slot.isMap) {
    for (const [key, value] of Object.entries(from as object)) setEntry(to as Record<string, unknown>, key, value);
  } else {
    slot.set(destination, from);
  }
}

function mergeBelow(
  slot: Slot,
  below: PathTree,
  source: Message,
  destination: Message,
  o: FieldMaskMergeOptions,
): void {
  const from = slot.get(source);
  const to = slot.get(destination);
  const present = isMessage(from) ? from : to;
  if (!isMessage(present)) return;
  const target = isMessage(to) ? to : emptyLike(present);
  mergeFields(below, isMessage(from) ? from : emptyLike(present), target, o);
  slot.set(destination, target);
}

/** Where a field is. */
interface Slot {
  readonly isMap: boolean;
  get(m: Message): unknown;
  set(m: Message, value: unknown): void;
}

function slotOf(name: string, empty: Message): Slot | undefined {
  const field = parseFields(infoOf(empty)).find((one) => one.name === name);
  if (field === undefined) return undefined;
  return field.oneof === undefined
    ? propertySlot(field.key, field.mapKey !== undefined)
    : oneofSlot(field.oneof, field.key, empty[field.oneof]);
}

function propertySlot(key: string, isMap: boolean): Slot {
  return {
    isMap,
    get: (m) => m[key],
    set: (m, value) => {
      m[key] = value;
    },
  };
}

function oneofSlot(key: string, local: string, none: unknown): Slot {
  return {
    isMap: false,
    get: (m) => (caseOf(m, key) === local ? (m[key] as Oneof).value : undefined),
    set: (m, value) => {
      if (value !== undefined) m[key] = { case: local, value };
      else if (caseOf(m, key) === local) m[key] = none;
    },
  };
}

interface Oneof {
  readonly case: string | undefined;
  readonly value?: unknown;
}

function caseOf(m: Message, oneof: string): string | undefined {
  return (m[oneof] as Oneof | undefined)?.case;
}

/** A Struct field is a JSON object with any keys: only its prototype distinguishes it from a message. */
function isMessage(value: unknown): value is Message {
  if (typeof value !== "object" || value === null) return false;
  return Object.hasOwn(value, "$typeName") && Object.getPrototypeOf(value) !== Object.prototype;
}

function emptyLike(m: Message): Message {
  return new (m.constructor as new () => Message)();
}
