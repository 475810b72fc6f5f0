/** The rules of Envoy's API, asked offline: each kind of rule with a value that keeps it and one that breaks it. */
import type { DescMessage } from "@bufbuild/protobuf";
import { describe, expect, test } from "@jest/globals";
import { checkMessage, type MessageType } from "@protoloom/envoy";
import { Bootstrap, BootstrapSchema } from "@protoloom/envoy/gen/envoy/config/bootstrap/v3/bootstrap_pb";
import { Cluster, ClusterSchema } from "@protoloom/envoy/gen/envoy/config/cluster/v3/cluster_pb";
import {
  HeaderValueOption,
  HeaderValueOptionSchema,
  RuntimeFractionalPercent,
  RuntimeFractionalPercentSchema,
} from "@protoloom/envoy/gen/envoy/config/core/v3/base_pb";
import { ClusterLoadAssignmentSchema } from "@protoloom/envoy/gen/envoy/config/endpoint/v3/endpoint_pb";
import { RouteAction, RouteActionSchema } from "@protoloom/envoy/gen/envoy/config/route/v3/route_components_pb";
import { Router, RouterSchema } from "@protoloom/envoy/gen/envoy/extensions/filters/http/router/v3/router_pb";
import { HttpConnectionManagerSchema } from "@protoloom/envoy/gen/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager_pb";
import { FieldRules, type FieldRulesInit, KnownRegex } from "@protoloom/envoy/gen/validate/validate_pb";
import { Any, anyPack, Duration, Timestamp } from "@protoloom/protobuf/wkt";
import { constraintsOf } from "../../../runtime/envoy/src/validate/rules.js";

const bytes = (...values: number[]) => Uint8Array.from(values);
const seconds = (n: number) => new Duration({ seconds: BigInt(n) });
const at = (n: number) => new Timestamp({ seconds: BigInt(n) });

type Family = NonNullable<FieldRulesInit["type"]>["case"];

/** Family, rule, its limit, what keeps it, what breaks it. */
const cases: [family: Family, rule: string, limit: unknown, good: unknown, bad: unknown][] = [
  ...(["float", "double", "int32", "uint32", "sint32", "fixed32", "sfixed32"] as const).flatMap(
    (family): [Family, string, unknown, unknown, unknown][] => [
      [family, "const", 3, 3, 4],
      [family, "lt", 3, 2, 3],
      [family, "lte", 3, 3, 4],
      [family, "gt", 3, 4, 3],
      [family, "gte", 3, 3, 2],
      [family, "in", [1, 2], 2, 3],
      [family, "notIn", [1, 2], 3, 2],
    ],
  ),
  ...(["int64", "uint64", "sint64", "fixed64", "sfixed64"] as const).flatMap(
    (family): [Family, string, unknown, unknown, unknown][] => [
      [family, "const", 3n, 3n, 4n],
      [family, "lt", 3n, 2n, 3n],
      [family, "lte", 3n, 3n, 4n],
      [family, "gt", 3n, 4n, 3n],
      [family, "gte", 3n, 3n, 2n],
      [family, "in", [1n, 2n], 2n, 3n],
      [family, "notIn", [1n, 2n], 3n, 2n],
    ],
  ),
  ["bool", "const", true, true, false],
  ["string", "const", "a", "a", "b"],
  ["string", "len", 2n, "é𝄞", "abc"],
  ["string", "minLen", 1n, "a", ""],
  ["string", "maxLen", 2n, "é𝄞", "abc"],
  ["string", "lenBytes", 2n, "é", "éé"],
  ["string", "minBytes", 2n, "é", "e"],
  ["string", "maxBytes", 2n, "é", "éé"],
  ["string", "pattern", "^[a-z\\-]+$", "a-b", "A"],
  ["string", "prefix", "ab", "abc", "bc"],
  ["string", "suffix", "bc", "abc", "ab"],
  ["string", "contains", "b", "abc", "ac"],
  ["string", "notContains", "b", "ac", "abc"],
  ["string", "in", ["a", "b"], "b", "c"],
  ["string", "notIn", ["a", "b"], "c", "b"],
  ["string", "wellKnown", { case: "email", value: true }, "a@b.example", "a b"],
  ["string", "wellKnown", { case: "hostname", value: true }, "shop.example", "-shop.example"],
  ["string", "wellKnown", { case: "ip", value: true }, "::1", "shop"],
  ["string", "wellKnown", { case: "ipv4", value: true }, "10.0.0.1", "::1"],
  ["string", "wellKnown", { case: "ipv6", value: true }, "::1", "10.0.0.1"],
  ["string", "wellKnown", { case: "uri", value: true }, "https://shop.example/a", "/a"],
  ["string", "wellKnown", { case: "uriRef", value: true }, "/a", "http://[bad"],
  ["string", "wellKnown", { case: "address", value: true }, "shop.example", "shop example"],
  ["string", "wellKnown", { case: "uuid", value: true }, "123e4567-e89b-12d3-a456-426614174000", "123"],
  ["string", "wellKnown", { case: "wellKnownRegex", value: KnownRegex.HTTP_HEADER_NAME }, ":path", "a b"],
  ["string", "wellKnown", { case: "wellKnownRegex", value: KnownRegex.HTTP_HEADER_VALUE }, "a b", "a\nb"],
  ["bytes", "const", bytes(1), bytes(1), bytes(2)],
  ["bytes", "len", 2n, bytes(1, 2), bytes(1)],
  ["bytes", "minLen", 1n, bytes(1), bytes()],
  ["bytes", "maxLen", 1n, bytes(1), bytes(1, 2)],
  ["bytes", "pattern", "^a+$", bytes(97, 97), bytes(98)],
  ["bytes", "prefix", bytes(1), bytes(1, 2), bytes(2, 1)],
  ["bytes", "suffix", bytes(2), bytes(1, 2), bytes(2, 1)],
  ["bytes", "contains", bytes(2), bytes(1, 2, 3), bytes(1, 3)],
  ["bytes", "in", [bytes(1), bytes(2)], bytes(2), bytes(3)],
  ["bytes", "notIn", [bytes(1), bytes(2)], bytes(3), bytes(2)],
  ["bytes", "wellKnown", { case: "ip", value: true }, bytes(10, 0, 0, 1), bytes(10, 0)],
  ["bytes", "wellKnown", { case: "ipv4", value: true }, bytes(10, 0, 0, 1), new Uint8Array(16)],
  ["bytes", "wellKnown", { case: "ipv6", value: true }, new Uint8Array(16), bytes(10, 0, 0, 1)],
  ["enum", "const", 1, 1, 2],
  ["enum", "in", [1, 2], 2, 3],
  ["enum", "notIn", [0], 1, 0],
  ["repeated", "minItems", 1n, ["a"], []],
  ["repeated", "maxItems", 1n, ["a"], ["a", "b"]],
  ["repeated", "unique", true, ["a", "b"], ["a", "a"]],
  ["map", "minPairs", 1n, { a: 1 }, {}],
  ["map", "maxPairs", 1n, { a: 1 }, { a: 1, b: 2 }],
  ["any", "in", ["t/a"], { typeUrl: "t/a" }, { typeUrl: "t/b" }],
  ["any", "notIn", ["t/a"], { typeUrl: "t/b" }, { typeUrl: "t/a" }],
  ["duration", "const", seconds(1), seconds(1), seconds(2)],
  ["duration", "lt", seconds(2), seconds(1), seconds(2)],
  ["duration", "lte", seconds(2), seconds(2), seconds(3)],
  ["duration", "gt", seconds(2), seconds(3), seconds(2)],
  ["duration", "gte", seconds(2), seconds(2), new Duration({ seconds: 1n, nanos: 999_999_999 })],
  ["duration", "in", [seconds(1)], seconds(1), seconds(2)],
  ["duration", "notIn", [seconds(1)], seconds(2), seconds(1)],
  ["timestamp", "const", at(1), at(1), at(2)],
  ["timestamp", "lt", at(2), at(1), at(2)],
  ["timestamp", "lte", at(2), at(2), at(3)],
  ["timestamp", "gt", at(2), at(3), at(2)],
  ["timestamp", "gte", at(2), at(2), at(1)],
];

const types = new Map<string, MessageType>([
  [Router.typeName, { schema: RouterSchema, fromBinary: (data) => Router.fromBinary(data) }],
]);

describe("each rule, with a value that keeps it and one that breaks it", () => {
  test.each(cases)("%s.%s = %p", (family, rule, limit, good, bad) => {
    const [constraint, ...more] = constraintsOf(
      new FieldRules({ type: { case: family, value: { [rule]: limit } } as NonNullable<FieldRulesInit["type"]> }),
      undefined,
    );
    expect(more).toEqual([]);
    expect(constraint?.broken(good)).toBeUndefined();
    expect(constraint?.broken(bad)).toMatch(/^expected /);
  });

  test("strict = false lets a header have all but line ends, ignore_empty lets it be empty", () => {
    const rules = (more: object) =>
      new FieldRules({
        type: {
          case: "string",
          value: { wellKnown: { case: "wellKnownRegex", value: KnownRegex.HTTP_HEADER_NAME }, ...more },
        },
      });
    expect(constraintsOf(rules({ strict: false }), undefined)[0]?.broken("a b")).toBeUndefined();
    expect(constraintsOf(rules({ strict: false }), undefined)[0]?.broken("a\nb")).toMatch(/header/);
    expect(constraintsOf(rules({ ignoreEmpty: true }), undefined)[0]?.broken("")).toBeUndefined();
    expect(constraintsOf(rules({}), undefined)[0]?.broken("")).toMatch(/header/);
  });

  test("what it cannot enforce is an error, not silence", () => {
    const now = new FieldRules({ type: { case: "timestamp", value: { ltNow: true } } });
    expect(() => constraintsOf(now, undefined)).toThrow("rule timestamp.lt_now of validate.rules is not supported");
  });
});

describe("messages of Envoy", () => {
  test("that are right", () => {
    const message = new Bootstrap({
      staticResources: {
        clusters: [
          {
            name: "orders",
            typedExtensionProtocolOptions: { router: anyPack(new Router({ suppressEnvoyHeaders: true })) },
          },
        ],
      },
    });
    expect(checkMessage(BootstrapSchema, message, types)).toEqual([]);
  });

  test.each<[string, () => ReturnType<typeof checkMessage>, string[]]>([
    [
      "a rule deep inside, by its path",
      () => checkMessage(BootstrapSchema, new Bootstrap({ staticResources: { clusters: [{}, {}] } }), types),
      [
        'static_resources.clusters[0].name string.min_len expected at least 1 characters, got ""',
        'static_resources.clusters[1].name string.min_len expected at least 1 characters, got ""',
      ],
    ],
    [
      "enum.defined_only",
      () => checkMessage(ClusterSchema, new Cluster({ name: "a", lbPolicy: 77 as never }), types),
      ["lb_policy enum.defined_only expected one of ROUND_ROBIN"],
    ],
    [
      "message.required",
      () => checkMessage(HeaderValueOptionSchema, new HeaderValueOption(), types),
      ["header message.required expected a value, got none"],
    ],
    [
      "message.required beside a fraction",
      () => checkMessage(RuntimeFractionalPercentSchema, new RuntimeFractionalPercent({ runtimeKey: "a" }), types),
      ["default_value message.required expected a value, got none"],
    ],
    [
      "a required oneof",
      () => checkMessage(RouteActionSchema, new RouteAction(), types),
      ["cluster_specifier oneof.required expected one of its fields, got none"],
    ],
    [
      "a deprecated field",
      () =>
        checkMessage(
          RouteActionSchema,
          new RouteAction({ clusterSpecifier: { case: "cluster", value: "a" }, maxGrpcTimeout: seconds(1) }),
          types,
        ),
      ["max_grpc_timeout deprecated expected another field: this one is deprecated"],
    ],
    [
      "a duration.gt",
      () => checkMessage(ClusterSchema, new Cluster({ name: "a", connectTimeout: seconds(0) }), types),
      ["connect_timeout duration.gt expected more than 0s"],
    ],
    [
      "an Any of an unknown type",
      () =>
        checkMessage(
          ClusterSchema,
          new Cluster({ name: "a", typedExtensionProtocolOptions: { x: anyPack(new Cluster({ name: "b" })) } }),
          types,
        ),
      ['typed_extension_protocol_options["x"] any.unknown_type'],
    ],
    [
      "a message inside an Any, by its path",
      () =>
        checkMessage(
          ClusterSchema,
          new Cluster({
            name: "a",
            typedExtensionProtocolOptions: { x: anyPack(new Router({ strictCheckHeaders: ["host"] })) },
          }),
          types,
        ),
      [
        'typed_extension_protocol_options["x"].(envoy.extensions.filters.http.router.v3.Router).strict_check_headers[0] ' +
          "string.in",
      ],
    ],
  ])("%s", (_, check, expected) => {
    const found = check().map(({ path, rule, text }) => `${path} ${rule} ${text}`);
    expect(found.map((each, i) => each.slice(0, expected[i]?.length))).toEqual(expected);
  });

  test("every rule of the API is one that is enforced", () => {
    const seen = new Set<string>();
    const visit = (desc: DescMessage): void => {
      if (seen.has(desc.typeName)) return;
      seen.add(desc.typeName);
      if (desc.typeName !== Any.typeName) checkMessage(desc, emptyOf(desc), types); // throws for an unknown rule
      for (const field of desc.fields) if (field.message) visit(field.message);
    };
    for (const schema of [BootstrapSchema, HttpConnectionManagerSchema, ClusterLoadAssignmentSchema]) visit(schema);
    expect(seen.size).toBeGreaterThan(200);
  });
});

/** A message without values, as far as the check looks at it. */
function emptyOf(desc: DescMessage): object {
  return Object.fromEntries(desc.oneofs.map(({ localName }) => [localName, { case: undefined }]));
}
