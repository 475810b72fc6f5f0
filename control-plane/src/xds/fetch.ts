import type { DiscoveryRequest } from "@protoloom/envoy/gen/envoy/service/discovery/v3/discovery_pb";
import { Code, type EncodedMessage, StatusError } from "@protoloom/rpc";
import type { Cache, Client } from "../cache/cache.js";
import type { Resource } from "../cache/resource.js";
import { encodeResponse } from "../cache/response.js";
import type { Table } from "../cache/table.js";
import { clientOf } from "./client.js";

export interface Fetched {
  readonly message: EncodedMessage;
  readonly version: string;
}

/** Answers one request by state of the world. Undefined if the client already has this version. */
export function fetchResources(
  cache: Cache,
  request: DiscoveryRequest,
  onlyType: string | undefined,
  authorize: (client: Client) => void,
): Fetched | undefined {
  if (request.node === undefined) throw new StatusError(Code.InvalidArgument, "the request has no node");
  const typeUrl = request.typeUrl || (onlyType ?? "");
  const client = clientOf(request.node);
  authorize(client);
  const table = cache.table(client, typeUrl);
  if (table === undefined) throw new StatusError(Code.NotFound, `resources of the type ${typeUrl} are not served here`);
  if (!table.isReady) throw new StatusError(Code.Unavailable, "not all sources were read yet");
  const isAll = request.resourceNames.length === 0 || request.resourceNames.includes("*");
  if (isAll && request.versionInfo === table.version) return undefined;
  const resources = (isAll ? [...table.names] : request.resourceNames).flatMap((name): Resource[] =>
    servedBy(table, name),
  );
  const { parts } = encodeResponse({ state: table, variant: "sotw", resources, removed: [], isUnsplit: true });
  return { message: parts[0]!.frame, version: table.version };
}

function servedBy(table: Table, name: string): Resource[] {
  const resource = table.get(name);
  return resource === undefined ? [] : [resource];
}
