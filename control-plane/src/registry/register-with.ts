import { durationMs } from "@protoloom/protobuf/wkt";
import { createClient, type Server, type Transport } from "@protoloom/rpc";
import { RegistryService, type RegistryServiceClient } from "../gen/protoloom/registry/v1/registry_grpc.js";
import { Instance, type InstanceInit, type InstanceKeyInit } from "../gen/protoloom/registry/v1/registry_pb.js";
import { pause } from "./pause.js";

/** How a server registers. The other fields are those of `Instance` in `registry.proto`. */
export interface RegisterOptions extends Omit<InstanceInit, "service" | "port" | "$typeName"> {
  /** The port on which the server listens for its clients. */
  readonly port: number;
  /** The services to register. Default: all services of the server except gRPC's own. */
  readonly services?: readonly string[] | undefined;
  /** The bearer token of a grant, if the control plane has grants. */
  readonly token?: string | undefined;
  /** Milliseconds that clients have to learn that this server is leaving. Default 2 s. */
  readonly drainWait?: number | undefined;
  /** Receives errors that are retried. */
  readonly onError?: ((error: unknown) => void) | undefined;
}

/** A registered server. */
export interface Registration {
  /** Settles once all services have been registered for the first time. */
  readonly ready: Promise<void>;
  /** Drains, closes the server and deregisters: no call is lost. */
  close(options?: { readonly grace?: number }): Promise<void>;
  /** Stops without deregistering, as a crash would. */
  abandon(): void;
}

const RETRY_MS = 250;
const MAX_RETRY_MS = 5000;

/**
 * Registers the services of a server and keeps them registered. It registers them again after a lost connection, or when the
 * registry has lost them.
 *
 * @example
 * const port = await server.listen("0.0.0.0:50051");
 * const registration = registerWith(grpcTransport({ address: "127.0.0.1:18000" }), server, { port, version: "v2" });
 * process.once("SIGTERM", () => void registration.close({ grace: 5000 }));
 */
export function registerWith(transport: Transport, server: Server, options: RegisterOptions): Registration {
  const { services, token, drainWait = 2000, onError = () => {}, ...instance } = options;
  const metadata = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const client = createClient(RegistryService, transport, { metadata, inherit: false });
  const names =
    services ?? Array.from(server.services, ({ typeName }) => typeName).filter((name) => !/^grpc\./.test(name));
  const instances = names.map((service) => new Instance({ ...instance, service }));
  return new Keeper(client, server, instances, drainWait, onError);
}

class Keeper implements Registration {
  readonly ready: Promise<void>;
  private readonly client: RegistryServiceClient;
  private readonly server: Server;
  private readonly instances: readonly Instance[];
  private readonly drainWait: number;
  private readonly onError: (error: unknown) => void;
  private readonly leaving = new AbortController();
  private keys: InstanceKeyInit[] = [];
  private resolveReady!: () => void;

  constructor(
    client: RegistryServiceClient,
    server: Server,
    instances: readonly Instance[],
    drainWait: number,
    onError: (error: unknown) => void,
  ) {
    this.client = client;
    this.server = server;
    this.instances = instances;
    this.drainWait = drainWait;
    this.onError = onError;
    this.ready = new Promise((resolve) => (this.resolveReady = resolve));
    void this.keep();
  }

  async close({ grace = 10_000 }: { readonly grace?: number } = {}): Promise<void> {
    this.leaving.abort();
    const wait = { seconds: BigInt(Math.floor(this.drainWait / 1000)), nanos: (this.drainWait % 1000) * 1e6 };
    await this.each((key) => this.client.drain({ key, wait }, { deadline: this.drainWait + 5000 }));
    await this.server.close({ grace });
    await this.each((key) => this.client.deregister({ key }, { deadline: 5000 }));
  }

  abandon(): void {
    this.leaving.abort();
  }

  private async each(call: (key: InstanceKeyInit) => Promise<unknown>): Promise<void> {
    await Promise.all(this.keys.map((key) => call(key).catch(this.onError))); // an unreachable registry must not delay closing
  }

  /** Runs one session after another, with a growing delay while they fail. */
  private async keep(): Promise<void> {
    let delay = RETRY_MS;
    while (!this.leaving.signal.aborted) {
      try {
        await this.session(() => (delay = RETRY_MS));
      } catch (e) {
        if (this.leaving.signal.aborted) return;
        this.onError(e);
      }
      await pause(delay * (0.5 + Math.random()), this.leaving.signal);
      delay = Math.min(MAX_RETRY_MS, 2 * delay);
    }
  }

  private async session(onRegistered: () => void): Promise<void> {
    const { signal } = this.leaving;
    const acknowledged = await Promise.all(
      this.instances.map((instance) => this.client.register({ instance }, { signal, deadline: 10_000 })),
    );
    const registered = acknowledged.map(({ instance }) => instance!);
    this.keys = registered.map(({ namespace, service, id }) => ({ namespace, service, id }));
    onRegistered();
    this.resolveReady();
    const interval = Math.min(...registered.map(({ ttl }) => durationMs(ttl!))) / 3;
    const lost = new AbortController();
    const requests = this.renewals(interval, AbortSignal.any([signal, lost.signal]));
    try {
      for await (const { code, message } of this.client.session(requests, { signal })) {
        if (code !== 0) throw new Error(`the registry has forgotten this server: ${message}`);
      }
    } finally {
      lost.abort();
    }
  }

  private async *renewals(interval: number, signal: AbortSignal) {
    for (let id = 1n; !signal.aborted; id++) {
      const key = this.keys[Number(id % BigInt(this.keys.length))]!;
      yield { id, action: { case: "renew" as const, value: key } };
      if (id % BigInt(this.keys.length) === 0n) await pause(interval, signal);
    }
  }
}
