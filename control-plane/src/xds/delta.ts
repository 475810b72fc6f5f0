import type { DeltaDiscoveryRequest } from "@protoloom/envoy/gen/envoy/service/discovery/v3/discovery_pb";
import type { XdsStream } from "./stream.js";
import type { Subscription } from "./subscription.js";

const WILDCARD = "*";

/** Handles a request of the incremental variant (xDS protocol, "Incremental xDS"). */
export function handleDelta(stream: XdsStream, request: DeltaDiscoveryRequest, onlyType?: string): void {
  stream.introduce(request.node);
  const typeUrl = request.typeUrl || (onlyType ?? "");
  const known = stream.subscriptions.get(typeUrl);
  if (known === undefined) begin(stream, typeUrl, request);
  else follow(stream, known, request);
}

function follow(stream: XdsStream, known: Subscription, request: DeltaDiscoveryRequest): void {
  if (request.responseNonce !== "") stream.answered(known, request.responseNonce, request.errorDetail?.message);
  // changes of the subscription count, whatever the nonce
  if (request.resourceNamesSubscribe.length + request.resourceNamesUnsubscribe.length > 0)
    change(stream, known, request);
}

function begin(stream: XdsStream, typeUrl: string, request: DeltaDiscoveryRequest): void {
  const subscription = stream.subscribe(typeUrl);
  if (subscription === undefined) return; // a type that is not served is never answered
  const names = new Set(request.resourceNamesSubscribe);
  stream.checkNames(names);
  const isExplicit = names.delete(WILDCARD);
  const isWildcard = isExplicit || request.resourceNamesSubscribe.length === 0;
  subscription.want(names, isWildcard);
  const versions = Object.entries(request.initialResourceVersions);
  subscription.mustAnswer = isWildcard && versions.length === 0;
  if (versions.length > 0) subscription.resume(new Map(versions));
}

function change(stream: XdsStream, subscription: Subscription, request: DeltaDiscoveryRequest): void {
  const { resourceNamesSubscribe: added, resourceNamesUnsubscribe: removed } = request;
  const names = new Set(subscription.list.names);
  let { isWildcard } = subscription.list;
  for (const name of removed) {
    names.delete(name);
    if (name === WILDCARD) isWildcard = false;
  }
  for (const name of added) {
    names.add(name);
    if (name === WILDCARD) isWildcard = true;
  }
  names.delete(WILDCARD);
  stream.checkNames(names);
  subscription.want(names, isWildcard);
  // a name that is subscribed again is sent again; one dropped under a wildcard is sent in its wildcard state
  if (added.includes(WILDCARD)) subscription.force(subscription.table.names);
  subscription.force(added.filter((name) => name !== WILDCARD));
  if (isWildcard) subscription.force(removed.filter((name) => name !== WILDCARD));
}
