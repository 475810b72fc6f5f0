import type { XdsStream } from "./stream.js";
import type { Subscription } from "./subscription.js";
import { readDeltaRequest, type WireDeltaRequest } from "./wire-request.js";

/** Handles a request of the incremental variant (xDS protocol, "Incremental xDS"). */
export function handleDelta(stream: XdsStream, bytes: Uint8Array, onlyType?: string): void {
  const request = readDeltaRequest(bytes);
  stream.introduce(request.node);
  const typeUrl = request.typeUrl || (onlyType ?? "");
  const known = stream.subscriptions.get(typeUrl);
  if (known === undefined) begin(stream, typeUrl, request);
  else follow(stream, known, request);
}

function follow(stream: XdsStream, known: Subscription, request: WireDeltaRequest): void {
  if (request.nonce !== "") stream.answered(known, request.nonce, request.error);
  // changes of the subscription count, whatever the nonce
  if (request.added.length + request.removed.length > 0) change(stream, known, request);
}

function begin(stream: XdsStream, typeUrl: string, request: WireDeltaRequest): void {
  const subscription = stream.subscribe(typeUrl);
  if (subscription === undefined) return; // a type that is not served is never answered
  const { names, hasWildcard } = stream.namesOf(request.added);
  const isWildcard = hasWildcard || request.added.length === 0;
  subscription.want(names, isWildcard);
  subscription.mustAnswer = isWildcard && request.versions.length === 0;
  if (request.versions.length > 0) subscription.resume(request.versions);
}

function change(stream: XdsStream, subscription: Subscription, request: WireDeltaRequest): void {
  const added = stream.namesOf(request.added);
  const removed = stream.namesOf(request.removed);
  const names = new Set(subscription.list.names);
  for (const name of removed.names) names.delete(name);
  for (const name of added.names) names.add(name);
  const isWildcard = added.hasWildcard || (subscription.list.isWildcard && !removed.hasWildcard);
  stream.checkNames(names);
  subscription.want(names, isWildcard);
  // a name that is subscribed again is sent again; one dropped under a wildcard is sent in its wildcard state
  if (added.hasWildcard) subscription.force(subscription.table.names);
  subscription.force(added.names);
  if (isWildcard) subscription.force(removed.names);
}
