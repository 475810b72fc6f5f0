import { Listener } from "@protoloom/envoy/gen/envoy/config/listener/v3/listener_pb";
import { Router } from "@protoloom/envoy/gen/envoy/extensions/filters/http/router/v3/router_pb";
import { HttpConnectionManager } from "@protoloom/envoy/gen/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager_pb";
import { anyPack, durationFromMs } from "@protoloom/protobuf/wkt";
import { Resource } from "../cache/resource.js";
import { ads } from "./clusters.js";

/** The API listener of a gRPC client for `xds:///shop.v1.Orders`. It has no address (gRFC A27). */
export function apiListenerOf(service: string, cause: string): Resource {
  return new Resource(service, new Listener({ name: service, apiListener: { apiListener: manager(service) } }), {
    cause,
  });
}

/** An Envoy listener for all services of a namespace. */
export function gatewayOf(name: string, host: string, port: number, cause: string): Resource {
  const filter = {
    name: "envoy.filters.network.http_connection_manager",
    configType: { case: "typedConfig", value: manager(name) },
  } as const;
  const address = {
    case: "socketAddress",
    value: { address: host, portSpecifier: { case: "portValue", value: port } },
  } as const;
  return new Resource(name, new Listener({ name, address: { address }, filterChains: [{ filters: [filter] }] }), {
    cause,
  });
}

function manager(routes: string) {
  return anyPack(
    new HttpConnectionManager({
      statPrefix: routes,
      routeSpecifier: { case: "rds", value: { configSource: ads, routeConfigName: routes } },
      httpFilters: [
        { name: "envoy.filters.http.router", configType: { case: "typedConfig", value: anyPack(new Router()) } },
      ],
      streamIdleTimeout: durationFromMs(0), // Envoy's default of 5 min would end idle streams
    }),
  );
}
