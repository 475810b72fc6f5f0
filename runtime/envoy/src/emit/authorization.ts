import { durationFromMs } from "@protoloom/protobuf/wkt";
import { ApiVersion } from "../gen/envoy/config/core/v3/config_source_pb.js";
import { ExtAuthz, type ExtAuthzInit } from "../gen/envoy/extensions/filters/http/ext_authz/v3/ext_authz_pb.js";
import type { Authorization, AuthorizationOverHttp } from "../model/terms.js";

/** The filter that asks another service whether a call may pass, over gRPC or HTTP. */
export function emitAuthorization(authorization: Authorization | undefined): ExtAuthz {
  const { cluster = "", timeout = 200, failOpen = false, http } = authorization ?? {};
  return new ExtAuthz({
    transportApiVersion: ApiVersion.V3,
    failureModeAllow: failOpen,
    ...(http ? overHttp(cluster, timeout, http) : overGrpc(cluster, timeout)),
  });
}

function overGrpc(clusterName: string, timeout: number): ExtAuthzInit {
  const targetSpecifier = { case: "envoyGrpc", value: { clusterName } } as const;
  return { services: { case: "grpcService", value: { timeout: durationFromMs(timeout), targetSpecifier } } };
}

function overHttp(
  cluster: string,
  timeout: number,
  { pathPrefix, headers = [], toBackend = [] }: AuthorizationOverHttp,
): ExtAuthzInit {
  const exactly = (names: readonly string[]) => ({
    patterns: names.map((value) => ({ matchPattern: { case: "exact", value } as const })),
  });
  const httpUpstreamType = { case: "cluster", value: cluster } as const;
  const serverUri = { uri: `http://${cluster}`, timeout: durationFromMs(timeout), httpUpstreamType };
  return {
    allowedHeaders: headers.length > 0 ? exactly(headers) : undefined,
    services: {
      case: "httpService",
      value: {
        serverUri,
        pathPrefix,
        authorizationResponse: toBackend.length > 0 ? { allowedUpstreamHeaders: exactly(toBackend) } : undefined,
      },
    },
  };
}
