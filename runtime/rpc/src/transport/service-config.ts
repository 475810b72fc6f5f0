import type { Transport } from "./transport.js";

/** How calls are spread over the addresses of a target. */
export type Balancing = "pick_first" | "round_robin";

/**
 * A gRPC service config, made by `serviceConfig` of `@protoloom/rpc/service-config`. Clients that have none do not bring
 * the code for it.
 */
export interface ServiceConfig {
  /** The policy of `loadBalancingConfig`. Throws TypeError if it names none that is supported. */
  readonly balancing: Balancing;
  /** A transport whose calls follow the config. */
  apply(transport: Transport): Transport;
}

/** The transport under the config, if there is one. Throws TypeError for a config that is not parsed. */
export function configured(transport: Transport, config: ServiceConfig | undefined): Transport {
  if (config === undefined) return transport;
  if (typeof config.apply === "function") return config.apply(transport);
  throw new TypeError("invalid serviceConfig: expected the result of serviceConfig() of @protoloom/rpc/service-config");
}
