import type { DescMethod } from "@bufbuild/protobuf";
import { MethodOptions_IdempotencyLevel as Level } from "@bufbuild/protobuf/wkt";
import type { Idempotency, Method } from "../call/method.js";
import { carrierSchema } from "./carrier.js";

const levels: Readonly<Record<Idempotency, Level>> = {
  unknown: Level.IDEMPOTENCY_UNKNOWN,
  no_side_effects: Level.NO_SIDE_EFFECTS,
  idempotent: Level.IDEMPOTENT,
};

const known = new WeakMap<Method, DescMethod>();

/** The method's descriptor for Connect, with carriers for its messages. */
export function toConnectMethod(method: Method): DescMethod {
  let described = known.get(method);
  if (described === undefined) {
    described = describe(method);
    known.set(method, described);
  }
  return described;
}

/** Connect reads only these properties; there is no file descriptor for this method. */
function describe({ name, localName, path, kind, idempotency }: Method): DescMethod {
  const typeName = path.slice(1, path.lastIndexOf("/"));
  const described = {
    kind: "rpc",
    name,
    localName,
    parent: { kind: "service", typeName, name: typeName.slice(typeName.lastIndexOf(".") + 1) },
    methodKind: kind,
    input: carrierSchema,
    output: carrierSchema,
    idempotency: levels[idempotency],
    deprecated: false,
    toString: () => `rpc ${typeName}.${name}`,
  };
  return described as unknown as DescMethod;
}
