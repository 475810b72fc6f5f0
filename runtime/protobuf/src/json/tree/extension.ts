import {
  type Extension,
  type ExtensionHolder,
  extensionCodec,
  extensionNumbers,
  getExtension,
  setExtension,
} from "../../codec/extension.js";
import type { AnyMessage } from "../../codec/message-info.js";
import { fail } from "../../error.js";
import type { MessageJson } from "../codec.js";
import type { JsonReadContext, JsonWriteContext } from "../context.js";
import type { JsonValue } from "../value.js";
import { unknownKey } from "./unknown-key.js";

/** The JSON side of an extension's codec; its key is the extension's name in brackets. */
export interface ExtensionJson<V> {
  readonly json?: MessageJson<ExtensionHolder<V>>;
}

// biome-ignore lint/suspicious/noExplicitAny: an extension of any message, with any value
type AnyExtension = Extension<any, any> & { readonly [extensionCodec]: ExtensionJson<any> };

/** The JSON text of the message's extensions that are in the registry; each entry begins with a separator. */
export function writeExtensions(m: AnyMessage, o: JsonWriteContext, separator: string): string {
  let text = "";
  const seen = new Set<number>();
  for (const no of (m.$unknown ?? []).flatMap(extensionNumbers)) {
    if (seen.has(no)) continue;
    seen.add(no);
    const extension = o.registry?.getExtensionFor?.(m.$typeName, no) as AnyExtension | undefined;
    const codec = extension?.[extensionCodec];
    if (extension === undefined || codec?.json === undefined) continue;
    const holder = { $typeName: codec.extendee, value: getExtension(m, extension), $unknown: undefined };
    const entry = codec.json.write(holder, o).slice(1, -1);
    if (entry === "") continue;
    text += (text === "" ? separator : ",") + entry;
  }
  return text;
}

/** Reads a key that is not a field: an extension in brackets that is in the registry. */
export function readExtension(m: AnyMessage, key: string, json: JsonValue, o: JsonReadContext): void {
  const isName = key.startsWith("[") && key.endsWith("]");
  const extension = isName ? (o.registry?.getExtension?.(key.slice(1, -1)) as AnyExtension | undefined) : undefined;
  const codec = extension?.[extensionCodec];
  if (extension === undefined || codec === undefined || codec.extendee !== m.$typeName) {
    unknownKey(key, o);
    return;
  }
  if (codec.json === undefined) fail(`extension ${codec.typeName} was generated without JSON`);
  const holder = { $typeName: codec.extendee, value: codec.empty(), $unknown: undefined };
  o.depth--; // the holder does not count as a level
  codec.json.read(holder, { [key]: json }, o);
  o.depth++;
  if (holder.value !== undefined) setExtension(m, extension, holder.value);
}
