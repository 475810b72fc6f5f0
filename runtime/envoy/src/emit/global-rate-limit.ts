import { durationFromMs } from "@protoloom/protobuf/wkt";
import { ApiVersion } from "../gen/envoy/config/core/v3/config_source_pb.js";
import type { RateLimit_ActionInit, RateLimitInit } from "../gen/envoy/config/route/v3/route_components_pb.js";
import { RateLimit } from "../gen/envoy/extensions/filters/http/ratelimit/v3/rate_limit_pb.js";
import type { CallerKey, GlobalRateLimit, RateLimitService } from "../model/terms.js";

/** The filter that asks the rate limit service. A call without descriptors is not asked for. */
export function emitGlobalRateLimit(service: RateLimitService | undefined): RateLimit {
  const { cluster = "", domain = "", timeout = 20, failClosed = false } = service ?? {};
  return new RateLimit({
    domain,
    timeout: durationFromMs(timeout),
    failureModeDeny: failClosed,
    rateLimitedAsResourceExhausted: true,
    rateLimitService: {
      transportApiVersion: ApiVersion.V3,
      grpcService: { targetSpecifier: { case: "envoyGrpc", value: { clusterName: cluster } } },
    },
  });
}

/** The descriptor of a route: its service, its method, and what tells callers apart. `name` is `shop.v1.Orders/GetOrder`. */
export function emitGlobalRateLimits(name: string, { by = [] }: GlobalRateLimit): RateLimitInit[] {
  const [service = "", method = ""] = name.split("/");
  const actions = [constant("service", service), constant("method", method), ...by.map(callerAction)];
  return [{ actions }];
}

function constant(descriptorKey: string, descriptorValue: string): RateLimit_ActionInit {
  return { actionSpecifier: { case: "genericKey", value: { descriptorKey, descriptorValue } } };
}

/** Without the header there is no descriptor, so no limit by it. */
export function callerAction({ header }: CallerKey): RateLimit_ActionInit {
  return header === undefined
    ? { actionSpecifier: { case: "remoteAddress", value: {} } }
    : { actionSpecifier: { case: "requestHeaders", value: { headerName: header, descriptorKey: header } } };
}
