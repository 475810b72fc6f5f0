import type { DescMethod } from "@bufbuild/protobuf";
import { MethodOptions_IdempotencyLevel as Level } from "@bufbuild/protobuf/wkt";

const names: Readonly<Record<Level, string>> = {
  [Level.IDEMPOTENCY_UNKNOWN]: "unknown",
  [Level.NO_SIDE_EFFECTS]: "no_side_effects",
  [Level.IDEMPOTENT]: "idempotent",
};

/** The `idempotency_level` of a method by its name in the runtime. */
export function idempotencyOf(method: DescMethod): string {
  return names[method.idempotency];
}
