import type { DescMethod } from "@bufbuild/protobuf";
import type { Decided } from "@protoloom/envoy";
import { locate } from "@protoloom/plugin-kit";
import { MethodOptions_IdempotencyLevel as Level } from "@protoloom/protobuf/wkt";
import type { Service } from "../input/deployment.js";
import { httpRuleOf } from "../input/proto-options.js";
import type { Reader } from "../input/shape.js";
import { byDefault, decided } from "./policy.js";

/** Whether a method is idempotent, by the most specific setting: the deployment file, then the proto. */
export function idempotencyOf(
  method: DescMethod,
  entries: readonly (readonly [key: string, spec: Service])[],
  places: Reader,
): Decided<boolean> {
  for (const [, { methods }] of entries) {
    const own = methods?.[method.name];
    if (own?.idempotent !== undefined) return decided(own.idempotent, places.place(own, "idempotent"));
  }
  if (method.idempotency !== (Level.IDEMPOTENCY_UNKNOWN as number)) return decided(true, locate(method));
  for (const [, spec] of entries) {
    const { idempotent } = spec;
    if (idempotent === undefined) continue;
    const isNamed = (idempotent.methods ?? []).some((pattern) => matches(pattern, method.name));
    // google/api/http.proto: GET must have no side effects
    const isGet = idempotent.httpGet === true && httpRuleOf(method)?.rule.pattern.case === "get";
    if (isNamed || isGet) return decided(true, places.place(spec, "idempotent"));
  }
  return byDefault(false, "nobody says that it may happen twice");
}

/** Matches patterns such as `Get*`, where a star matches any letters. */
export function matches(pattern: string, name: string): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/\W/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`).test(name);
}
