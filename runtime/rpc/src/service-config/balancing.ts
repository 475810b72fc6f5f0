import type { Balancing } from "../transport/service-config.js";

/** The first supported load-balancing policy of a service config (gRPC, "Service Config in gRPC"). */
export function balancingOf(config: object): Balancing {
  const list = (config as { loadBalancingConfig?: unknown }).loadBalancingConfig;
  const names = Array.isArray(list) ? list.flatMap((each: object) => Object.keys(each)) : [];
  const known = names.find((name) => name === "pick_first" || name === "round_robin");
  if (known !== undefined || names.length === 0) return (known as Balancing | undefined) ?? "pick_first";
  throw new TypeError(
    `invalid service config: expected loadBalancingConfig to have pick_first or round_robin, got ${names.join(", ")} ` +
      "(grpcJsTransport of @protoloom/rpc/grpc-js has others)",
  );
}
