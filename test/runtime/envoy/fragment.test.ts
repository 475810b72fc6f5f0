/** Fragments of Envoy's API are merged into messages by what they name. */
import { expect, test } from "@jest/globals";
import { Cluster, ClusterSchema } from "@protoloom/envoy/gen/envoy/config/cluster/v3/cluster_pb";
import {
  HttpConnectionManager,
  HttpConnectionManagerSchema,
} from "@protoloom/envoy/gen/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager_pb";
import { HttpProtocolOptions } from "@protoloom/envoy/gen/envoy/extensions/upstreams/http/v3/http_protocol_options_pb";
import type { JsonObject } from "@protoloom/protobuf";
import { withFragment } from "../../../runtime/envoy/src/emit/fragment.js";
import { registry, typedConfig } from "../../../runtime/envoy/src/emit/typed-config.js";

const OPTIONS = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";
const url = `type.googleapis.com/${OPTIONS}`;

const cluster = () =>
  new Cluster({
    name: "orders",
    altStatName: "shop",
    ignoreHealthOnHostRemoval: true,
    clusterDiscoveryType: { case: "type", value: 1 },
    outlierDetection: { consecutive5xx: 5, enforcingConsecutiveGatewayFailure: 100 },
    metadata: { filterMetadata: { shop: { a: 1 } } },
    typedExtensionProtocolOptions: {
      [OPTIONS]: typedConfig(new HttpProtocolOptions({ commonHttpProtocolOptions: { maxRequestsPerConnection: 7 } })),
    },
  });

function clusterWith(json: JsonObject): JsonObject {
  const fragment = { json, place: "deployment.yaml:1:1" };
  return withFragment(ClusterSchema, Cluster, cluster(), fragment).toJson({ registry }) as JsonObject;
}

const unchanged = () => cluster().toJson({ registry }) as JsonObject;

test.each<[what: string, fragment: JsonObject, changed: Record<string, unknown>]>([
  ["text", { alt_stat_name: "other" }, { altStatName: "other" }],
  ["a field by its JSON name", { altStatName: "other" }, { altStatName: "other" }],
  ["text by none", { alt_stat_name: "" }, { altStatName: undefined }],
  ["true by false", { ignore_health_on_host_removal: false }, { ignoreHealthOnHostRemoval: undefined }],
  ["an enum by its zero", { type: "STATIC" }, { type: "STATIC" }],
  [
    "a number in a message by zero, and leaves the others",
    { outlier_detection: { enforcing_consecutive_gateway_failure: 0 } },
    { outlierDetection: { consecutive5xx: 5, enforcingConsecutiveGatewayFailure: 0 } },
  ],
  ["the case of a oneof", { cluster_type: { name: "x" } }, { type: undefined, clusterType: { name: "x" } }],
  ["and removes by null", { outlier_detection: null }, { outlierDetection: undefined }],
  [
    "a key in a Struct, and leaves the others",
    { metadata: { filter_metadata: { shop: { b: null } } } },
    { metadata: { filterMetadata: { shop: { a: 1, b: null } } } },
  ],
  [
    "a field inside of an Any, and leaves the others",
    { typed_extension_protocol_options: { [OPTIONS]: { "@type": url, auto_config: {} } } },
    {
      typedExtensionProtocolOptions: {
        [OPTIONS]: { "@type": url, commonHttpProtocolOptions: { maxRequestsPerConnection: 7 }, autoConfig: {} },
      },
    },
  ],
  [
    "an Any of another type",
    {
      typed_extension_protocol_options: {
        [OPTIONS]: { "@type": "type.googleapis.com/envoy.config.cluster.v3.Cluster", name: "x" },
      },
    },
    {
      typedExtensionProtocolOptions: {
        [OPTIONS]: { "@type": "type.googleapis.com/envoy.config.cluster.v3.Cluster", name: "x" },
      },
    },
  ],
  [
    "an Any by one of a type that is not here, which Envoy takes as a TypedStruct",
    {
      typed_extension_protocol_options: {
        [OPTIONS]: { "@type": "type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua", stat_prefix: "x" },
      },
    },
    {
      typedExtensionProtocolOptions: {
        [OPTIONS]: {
          "@type": "type.googleapis.com/xds.type.v3.TypedStruct",
          typeUrl: "type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua",
          value: { stat_prefix: "x" },
        },
      },
    },
  ],
])("replaces %s", (_, fragment, changed) => {
  const expected = Object.fromEntries(
    Object.entries({ ...unchanged(), ...changed }).filter(([, value]) => value !== undefined),
  );
  expect(clusterWith(fragment)).toEqual(expected);
});

test("appends to lists", () => {
  const manager = new HttpConnectionManager({ statPrefix: "x", httpFilters: [{ name: "a" }] });
  const fragment = { json: { http_filters: [{ name: "b" }] }, place: "deployment.yaml:1:1" };
  const { httpFilters } = withFragment(HttpConnectionManagerSchema, HttpConnectionManager, manager, fragment);
  expect(httpFilters.map(({ name }) => name)).toEqual(["a", "b"]);
});

test("names the field that does not exist", () => {
  expect(() => clusterWith({ outlier_detection: { nothing: 1 } })).toThrow(/nothing/);
});
