import { registry } from "@protoloom/envoy";
import { DiscoveryRequest, DiscoveryResponse } from "@protoloom/envoy/gen/envoy/service/discovery/v3/discovery_pb";
import { type KnownType, resourceTypes } from "../cache/resource-types.js";
import type { Parts } from "../plane/parts.js";
import { bearer, namespaceFor } from "../registry/access.js";
import { clientOf } from "../xds/client.js";
import { errorPage } from "./http-status.js";
import { bodyOf, json, type Page, text } from "./router.js";

const MAX_BYTES = 4 << 20;

/** `POST /v3/discovery:clusters` and the other types, for proxies that poll (Envoy, "REST-JSON polling subscriptions"). */
export function discoveryPage(plane: Parts): Page {
  return async (request, { pathname }, peer) => {
    const name = /^\/v3\/discovery:([a-z]+)s$/.exec(pathname)?.[1];
    if (name === undefined || !Object.hasOwn(resourceTypes, name)) return undefined;
    if (request.method !== "POST") return text("use POST\n", 405);
    const body = await bodyOf(request, MAX_BYTES);
    if (body === undefined) return text("the request is too long\n", 413);
    return answer(
      plane,
      resourceTypes[name as KnownType].typeUrl,
      body,
      bearer(request.headers.get("authorization")),
      peer,
    );
  };
}

function answer(plane: Parts, typeUrl: string, body: string, token: string | undefined, peer: string): Response {
  let asked: DiscoveryRequest;
  try {
    asked = DiscoveryRequest.fromJsonString(body, { ignoreUnknownFields: true });
  } catch (e) {
    return text(`cannot read the discovery request: ${(e as Error).message}\n`, 400);
  }
  try {
    const actor = plane.access.actor({ token, names: [], peer });
    if (asked.node !== undefined) namespaceFor(actor, clientOf(asked.node).namespace);
    const fetched = plane.discovery.fetch(asked, typeUrl, undefined);
    if (fetched === undefined) return new Response(null, { status: 304 });
    return json(DiscoveryResponse.fromBinary(fetched.message.bytes).toJson({ registry }));
  } catch (e) {
    return errorPage(e);
  }
}
