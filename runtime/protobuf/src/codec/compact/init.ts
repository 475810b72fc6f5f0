import { initialize, initLongMap, initMessage } from "../init.js";
import { asList } from "../list.js";
import { type AnyMessage, infoOf } from "../message-info.js";
import { ownValue } from "../object.js";
import type { CompactElement } from "./element.js";
import { type CompactField, checkCases } from "./fields.js";
import type { CompactInfo } from "./info.js";

// biome-ignore lint/suspicious/noExplicitAny: the properties of an init whose type is not known here
type Properties = Record<string, any>;

/** Applies the init to the new message, as the generated `X$init` does. */
export function initCompact(m: AnyMessage, init: object): void {
  initialize(m, init, assign);
}

function assign(m: AnyMessage, i: Properties): void {
  const { fields, oneofs } = (infoOf(m) as CompactInfo).known;
  checkCases(oneofs, i);
  for (const field of fields) {
    if (field.kind === "oneof") initOneof(field, m, ownValue(i, field.oneof));
    else initField(field, m, ownValue(i, field.key));
  }
}

function initOneof({ oneof, key, element }: CompactField, m: Properties, v: Properties[string]): void {
  if (v?.case === key) m[oneof] = { case: key, value: initElement(element, v.value) };
}

function initField({ kind, key, element }: CompactField, m: Properties, v: Properties[string]): void {
  if (v === undefined || v === null) return;
  if (kind === "singular") m[key] = initElement(element, v);
  else if (kind === "list") m[key] = Array.from(asList(v), (item) => initElement(element, item));
  else m[key] = initLongMap((item) => initElement(element, item), v);
}

/**
 * Makes a message from its init, converts a 64-bit integer to the shape of its property, and returns anything else
 * unchanged.
 */
function initElement({ adapter, message }: CompactElement, v: Properties[string]): unknown {
  if (adapter !== undefined) return adapter.fromInit === undefined ? v : adapter.fromInit(v as never);
  return message === undefined ? v : initMessage(message.type, v);
}
