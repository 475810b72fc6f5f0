import type { JsonValue } from "@protoloom/protobuf";
import type { Fragment } from "../model/model.js";
import { registry } from "./typed-config.js";

/** A class of a message, as far as it is needed to merge. */
interface Mergeable<T> {
  fromJson(json: JsonValue, options: { registry: typeof registry }): T & { toBinary(): Uint8Array };
  fromBinary(bytes: Uint8Array): T;
}

/**
 * A message with the fields of a fragment, merged as protobuf merges: fields that it has take the place of ours, messages are
 * merged field by field, lists are appended. Throws what ProtoJSON has against the fragment, with the path.
 * https://protobuf.dev/programming-guides/encoding/#last-one-wins
 */
export function withFragment<T extends { toBinary(): Uint8Array }>(
  type: Mergeable<T>,
  message: T,
  fragment: Fragment | undefined,
): T {
  if (fragment === undefined) return message;
  const added = type.fromJson(fragment.json, { registry }).toBinary();
  return type.fromBinary(Buffer.concat([message.toBinary(), added]));
}
