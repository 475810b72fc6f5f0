import type { JsonValue } from "@protoloom/protobuf";
import type { Fragment } from "../model/model.js";
import { registry } from "./typed-config.js";

/** The part of a message class that merging uses. */
interface Mergeable<T> {
  fromJson(json: JsonValue, options: { registry: typeof registry }): T & { toBinary(): Uint8Array };
  fromBinary(bytes: Uint8Array): T;
}

/**
 * Merges a fragment into a message by protobuf's rules: its fields replace ours, messages are merged field by field, lists are
 * appended. Throws ProtoJSON's error for an invalid fragment, with the path.
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
