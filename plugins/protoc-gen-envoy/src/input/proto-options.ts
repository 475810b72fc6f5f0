import type { DescMethod, DescService } from "@bufbuild/protobuf";
import type { Place } from "@protoloom/envoy";
import { http } from "@protoloom/envoy/gen/google/api/annotations_pb";
import { default_host } from "@protoloom/envoy/gen/google/api/client_pb";
import type { HttpRule } from "@protoloom/envoy/gen/google/api/http_pb";
import { locateOption } from "@protoloom/plugin-kit";
import { getExtension, hasExtension } from "@protoloom/protobuf";
import type { MethodOptions, ServiceOptions } from "@protoloom/protobuf/wkt";
import { method as methodPolicy, service as servicePolicy } from "../gen/protoloom/envoy/v1/options_pb.js";
import { locateAll } from "./located.js";
import { type Policy, policy } from "./policy.js";
import type { Reader } from "./shape.js";

// Field numbers in descriptor.proto and of the options
const SERVICE_OPTIONS = 3;
const METHOD_OPTIONS = 4;
const OWN = 51990;
const HTTP = 72295728;
const DEFAULT_HOST = 1049;

/** The option `protoloom.envoy.v1.service`, read like the deployment file. */
export function policyOfService(desc: DescService, to: Reader): Policy | undefined {
  const options = desc.proto.options as ServiceOptions | undefined;
  if (options === undefined || !hasExtension(options, servicePolicy)) return undefined;
  const json = getExtension(options, servicePolicy).toJson({ useProtoFieldName: true });
  return policy.read(locateAll(json, locateOption(desc, SERVICE_OPTIONS, OWN)), to);
}

/** The option `protoloom.envoy.v1.method`. */
export function policyOfMethod(desc: DescMethod, to: Reader): Policy | undefined {
  const options = desc.proto.options as MethodOptions | undefined;
  if (options === undefined || !hasExtension(options, methodPolicy)) return undefined;
  const json = getExtension(options, methodPolicy).toJson({ useProtoFieldName: true });
  return policy.read(locateAll(json, locateOption(desc, METHOD_OPTIONS, OWN)), to);
}

/** The option `google.api.http`, with its place. */
export function httpRuleOf(desc: DescMethod): { readonly rule: HttpRule; readonly place: Place } | undefined {
  const options = desc.proto.options as MethodOptions | undefined;
  if (options === undefined || !hasExtension(options, http)) return undefined;
  return { rule: getExtension(options, http), place: locateOption(desc, METHOD_OPTIONS, HTTP) };
}

/** The option `google.api.default_host`, with its place. */
export function defaultHostOf(desc: DescService): { readonly host: string; readonly place: Place } | undefined {
  const options = desc.proto.options as ServiceOptions | undefined;
  if (options === undefined || !hasExtension(options, default_host)) return undefined;
  return { host: getExtension(options, default_host), place: locateOption(desc, SERVICE_OPTIONS, DEFAULT_HOST) };
}
