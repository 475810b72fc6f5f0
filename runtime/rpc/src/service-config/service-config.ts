import type { Balancing, ServiceConfig } from "../transport/service-config.js";
import type { Transport } from "../transport/transport.js";
import { balancingOf } from "./balancing.js";
import { ConfiguredTransport } from "./configured-transport.js";
import { type ParsedConfig, parseServiceConfig } from "./parse.js";

/**
 * Reads a service config for `createClient` and `grpcTransport`: timeouts, `waitForReady`, retries, hedging and their
 * throttling, and for `grpcTransport` load balancing (gRPC, "Service Config in gRPC"; gRPC proposal A6). Throws TypeError,
 * with the place, for an invalid config.
 *
 * @example
 * const name = [{ service: "shop.v1.Orders" }];
 * const client = createClient(Orders, transport, {
 *   serviceConfig: serviceConfig({ methodConfig: [{ name, timeout: "5s" }] }),
 * });
 */
export function serviceConfig(config: object): ServiceConfig {
  return new ReadConfig(config);
}

class ReadConfig implements ServiceConfig {
  readonly #config: object;
  readonly #parsed: ParsedConfig;

  constructor(config: object) {
    this.#config = config;
    this.#parsed = parseServiceConfig(config);
  }

  get balancing(): Balancing {
    return balancingOf(this.#config);
  }

  apply(transport: Transport): Transport {
    return new ConfiguredTransport(transport, this.#parsed);
  }

  /** For grpcJsTransport, which gives the config to grpc-js as JSON. */
  toJSON(): object {
    return this.#config;
  }
}
