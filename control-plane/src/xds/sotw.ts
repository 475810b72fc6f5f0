import type { NameRun } from "./name-runs.js";
import type { XdsStream } from "./stream.js";
import type { Subscription } from "./subscription.js";
import { readRequest, sameBytes, type WireRequest } from "./wire-request.js";

/** Handles a request of the state-of-the-world variant (xDS protocol, "Variants of the xDS Transport Protocol"). */
export function handleSotw(stream: XdsStream, bytes: Uint8Array, onlyType?: string): void {
  const request = readRequest(bytes);
  stream.introduce(request.node);
  const typeUrl = request.typeUrl || (onlyType ?? "");
  const known = stream.subscriptions.get(typeUrl);
  if (known === undefined) begin(stream, typeUrl, request);
  else if (request.nonce === "") again(stream, known, request);
  else follow(stream, known, request);
}

function begin(stream: XdsStream, typeUrl: string, request: WireRequest): void {
  const subscription = stream.subscribe(typeUrl);
  if (subscription === undefined) return; // a type that is not served is never answered
  const { table } = subscription;
  const { names, isWildcard } = namesOf(stream, subscription, request, table.type.isComplete);
  subscription.want(names, isWildcard);
  // The version may belong to other names or to other content, so it is used only when all resources are requested.
  const isCurrent = isWildcard && table.type.isComplete && table.isReady && request.version === table.version;
  if (isCurrent && request.version !== "") subscription.skip();
  else subscription.mustAnswer = table.type.isComplete && (isWildcard || names.size > 0);
}

/** A client that starts over on the same stream, for example after it had unsubscribed from the type. */
function again(stream: XdsStream, subscription: Subscription, request: WireRequest): void {
  const { names, isWildcard } = namesOf(stream, subscription, request, false);
  subscription.want(names, isWildcard);
  subscription.force(isWildcard ? subscription.table.names : names);
  subscription.mustAnswer = subscription.table.type.isComplete && (isWildcard || names.size > 0);
}

/** An ACK or a NACK, which may change the names. One that answers an older message is late and superseded by the next. */
function follow(stream: XdsStream, subscription: Subscription, request: WireRequest): void {
  const isLatest = request.nonce === subscription.lastNonce;
  stream.answered(subscription, request.nonce, request.error);
  if (!isLatest) return;
  const { asked } = subscription;
  if (asked !== undefined && sameBytes(asked.encoded, request.names)) return;
  const isLegacyWildcard = subscription.list.isWildcard && asked?.encoded.length === 0;
  const { names, isWildcard } = namesOf(stream, subscription, request, isLegacyWildcard);
  subscription.want(names, isWildcard);
}

/** An empty list means all resources, but only until the stream has named one. */
function namesOf(
  stream: XdsStream,
  subscription: Subscription,
  { names: encoded }: WireRequest,
  mayBeWildcard: boolean,
): { names: NameRun["names"]; isWildcard: boolean } {
  const run = stream.namesOf(encoded);
  const hadNames = subscription.asked !== undefined && subscription.asked.encoded.length > 0;
  subscription.asked = run;
  return { names: run.names, isWildcard: run.hasWildcard || (encoded.length === 0 && mayBeWildcard && !hadNames) };
}
