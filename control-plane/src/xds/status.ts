import {
  ClientConfig,
  type ClientStatusRequest,
  ClientStatusResponse,
  ConfigStatus,
} from "@protoloom/envoy/gen/envoy/service/status/v3/csds_pb";
import type { NodeMatcher } from "@protoloom/envoy/gen/envoy/type/matcher/v3/node_pb";
import type { StringMatcher } from "@protoloom/envoy/gen/envoy/type/matcher/v3/string_pb";
import type { XdsStream } from "./stream.js";
import type { Subscription } from "./subscription.js";

/** The resources that each client was sent, and whether it accepted them (envoy/service/status/v3/csds.proto). */
export function statusOf(streams: readonly XdsStream[], { nodeMatchers }: ClientStatusRequest): ClientStatusResponse {
  const wanted = newestOfEach(streams).filter(({ client }) => matches(client!.id, nodeMatchers));
  return new ClientStatusResponse({ config: wanted.map(configOf) });
}

/** A client may have two streams for a moment. The newest one counts. */
function newestOfEach(streams: readonly XdsStream[]): XdsStream[] {
  const newest = new Map<string, XdsStream>();
  for (const stream of streams)
    if (stream.client !== undefined) newest.set(`${stream.client.group}/${stream.client.id}`, stream);
  return [...newest.values()];
}

function matches(id: string, matchers: readonly NodeMatcher[]): boolean {
  return matchers.length === 0 || matchers.some(({ nodeId }) => nodeId === undefined || matchesText(id, nodeId));
}

function matchesText(text: string, { matchPattern: pattern, ignoreCase }: StringMatcher): boolean {
  const fold = (value: string): string => (ignoreCase ? value.toLowerCase() : value);
  switch (pattern.case) {
    case "exact":
      return fold(text) === fold(pattern.value);
    case "prefix":
      return fold(text).startsWith(fold(pattern.value));
    case "suffix":
      return fold(text).endsWith(fold(pattern.value));
    case "contains":
      return fold(text).includes(fold(pattern.value));
    default:
      return false; // a client's pattern is never run as a regular expression
  }
}

function configOf(stream: XdsStream): ClientConfig {
  const genericXdsConfigs = [...stream.subscriptions.values()].flatMap((subscription) =>
    subscription.current.map(({ name, version, isAccepted }) => ({
      typeUrl: subscription.table.type.typeUrl,
      name,
      versionInfo: version,
      configStatus: statusAt(subscription, isAccepted),
    })),
  );
  return new ClientConfig({ node: stream.node, genericXdsConfigs });
}

function statusAt({ error }: Subscription, isAccepted: boolean): ConfigStatus {
  if (error !== undefined) return ConfigStatus.ERROR;
  return isAccepted ? ConfigStatus.SYNCED : ConfigStatus.STALE;
}
