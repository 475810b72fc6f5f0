/** The cast of a test: an Envoy before backends of ours, and clients. */
import { afterEach, beforeAll } from "@jest/globals";
import { type Code, createClient, isStatusError } from "@protoloom/rpc";
import { type GrpcTransportOptions, grpcTransport } from "@protoloom/rpc/grpc";
import { Orders, type OrdersClient } from "../../gen/ts/rpc/orders_grpc.js";
import { PROVISION_MS } from "../provision.js";
import { provideEnvoy, type Running, type Setup, startEnvoy } from "./envoy.js";
import { type Backend, startBackend } from "./shop.js";
import { type Stub, startStub } from "./stub.js";

export interface Stage {
  /** Run after each test, the last one first. */
  readonly cleanups: (() => unknown)[];
  backend(...args: Parameters<typeof startBackend>): Promise<Backend>;
  stub(...args: Parameters<typeof startStub>): Promise<Stub>;
  /** An Envoy for the protos of the stage, unless the setup has others. */
  proxy(setup: Omit<Setup, "protos"> & Partial<Setup>): Promise<Running>;
  clientOf(port: number, options?: Partial<GrpcTransportOptions>): OrdersClient;
}

/** To be called once, at the top of a file with tests. */
export function openStage(protos: Setup["protos"]): Stage {
  let envoy: string;
  beforeAll(async () => {
    envoy = await provideEnvoy();
  }, PROVISION_MS);

  const cleanups: (() => unknown)[] = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  return {
    cleanups,
    async backend(...args) {
      const started = await startBackend(...args);
      cleanups.push(() => started.close());
      return started;
    },
    async stub(...args) {
      const started = await startStub(...args);
      cleanups.push(() => started.close());
      return started;
    },
    async proxy(setup) {
      const running = await startEnvoy(envoy, { protos, ...setup });
      cleanups.push(() => running.stop());
      return running;
    },
    clientOf(port, options = {}) {
      const transport = grpcTransport({ address: `127.0.0.1:${port}`, ...options });
      cleanups.push(() => transport.close());
      return createClient(Orders, transport);
    },
  };
}

/** The status of a call that failed. Undefined for one that did not, or not with a status. */
export async function codeOf(call: Promise<unknown>): Promise<Code | undefined> {
  const error = await call.then(
    () => undefined,
    (e: unknown) => e,
  );
  return isStatusError(error) ? error.code : undefined;
}
