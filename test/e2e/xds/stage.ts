/** The parts of the scenarios: a control plane, services that register, proxies and gRPC clients. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import {
  ControlPlane,
  type ControlPlaneOptions,
  envoyBootstrap,
  grpcBootstrap,
  type RegisterOptions,
  type Registration,
  registerWith,
} from "@protoloom/control-plane";
import { RegistryService } from "@protoloom/control-plane/registry/v1/registry_grpc";
import { createClient, createServer, isStatusError, type ListenOptions, type Transport } from "@protoloom/rpc";
import { grpcTransport } from "@protoloom/rpc/grpc";
import { Orders } from "../../gen/ts/rpc/orders_grpc.js";
import { freePort, until } from "../envoy/envoy.js";
import { root } from "../provision.js";

export type Variant = "sotw" | "delta";

/** Ends in reverse what was begun. */
export class Stage {
  private readonly cleanups: (() => unknown)[] = [];
  readonly folder: string = mkdtempSync(join(tmpdir(), "protoloom-xds-"));

  onEnd(cleanup: () => unknown): void {
    this.cleanups.push(cleanup);
  }

  async clear(): Promise<void> {
    for (const cleanup of this.cleanups.splice(0).reverse()) await cleanup();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async controlPlane(options: ControlPlaneOptions = {}, port = 0, listen: ListenOptions = {}): Promise<Plane> {
    const plane = await new ControlPlane(options).start();
    const bound = await plane.listen(`127.0.0.1:${port}`, listen);
    const address = `127.0.0.1:${bound}`;
    this.onEnd(() => plane.close({ grace: 0 }));
    const transport = grpcTransport({ address });
    this.onEnd(() => transport.close());
    return { plane, address, port: bound, transport, registry: createClient(RegistryService, transport) };
  }

  /** A control plane in a process of its own, by the command line. */
  async process(args: readonly string[]): Promise<PlaneProcess> {
    const command = [join(root, "cli/bin/protoloom"), "control-plane", "--address", "127.0.0.1:0", ...args];
    const child = spawn(process.execPath, command, { stdio: ["ignore", "pipe", "inherit"] });
    this.onEnd(() => ended(child));
    for await (const line of createInterface(child.stdout)) {
      const { event, address } = JSON.parse(line) as { event: string; address: string };
      if (event !== "listening") continue;
      child.stdout.resume();
      return { address, kill: () => ended(child) };
    }
    throw new Error("the control plane ended");
  }

  /** A server that answers with its version, and is registered. */
  async service(plane: Pick<Plane, "transport">, options: Omit<RegisterOptions, "port"> = {}): Promise<Instance> {
    const { version = "" } = options;
    const answered = { count: 0 };
    const server = createServer({ onError: () => {} }).add(Orders, {
      async echo({ id }) {
        answered.count++;
        await new Promise((resolve) => setTimeout(resolve, 2)); // so that a drain has something to wait for
        return { id, author: version };
      },
    });
    const port = await server.listen("127.0.0.1:0");
    const registration = registerWith(plane.transport, server, { host: "127.0.0.1", ...options, port });
    await registration.ready;
    this.onEnd(() => registration.abandon());
    this.onEnd(() => server.close({ grace: 0 }));
    return { registration, port, answered, kill: () => server.close({ grace: 0 }) };
  }

  /** A real Envoy that knows nothing but where its control planes are. */
  async envoy(binary: string, servers: readonly string[], delta: boolean, id = "envoy-1"): Promise<Proxy> {
    const admin = await freePort();
    const config = join(this.folder, `${id}-${admin}.json`);
    writeFileSync(config, envoyBootstrap({ servers, id, admin: `127.0.0.1:${admin}`, delta }));
    const args = ["-c", config, "--concurrency", "1", "-l", "warning", "--use-dynamic-base-id", "--drain-time-s", "1"];
    const child = spawn(binary, args, { stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => (output += text));
    this.onEnd(() => ended(child));
    const url = `http://127.0.0.1:${admin}`;
    await until(async () => {
      if (child.exitCode !== null) throw new Error(`Envoy ended: ${output}`);
      return (await fetch(`${url}/ready`).catch(() => undefined))?.status === 200;
    }, 20);
    return { url, output: () => output };
  }

  /** Calls through an address, for as long as it is wanted. */
  load(address: string): Load {
    const transport = grpcTransport({ address });
    this.onEnd(() => transport.close());
    return new Load(transport);
  }

  grpcBootstrap(servers: readonly string[], id: string): string {
    return grpcBootstrap({ servers, id });
  }
}

export interface Plane {
  readonly plane: ControlPlane;
  readonly address: string;
  readonly port: number;
  readonly transport: Transport;
  readonly registry: ReturnType<
    typeof createClient<import("@protoloom/control-plane/registry/v1/registry_grpc").RegistryServiceClient>
  >;
}

export interface PlaneProcess {
  readonly address: string;
  /** Ends it without a goodbye. */
  kill(): Promise<void>;
}

export interface Instance {
  readonly registration: Registration;
  readonly port: number;
  readonly answered: { count: number };
  kill(): Promise<void>;
}

export interface Proxy {
  readonly url: string;
  output(): string;
}

/** Calls without a pause, of which it counts who has answered and which have failed. */
export class Load {
  readonly client: ReturnType<typeof createClient<import("../../gen/ts/rpc/orders_grpc.js").OrdersClient>>;
  failures: string[] = [];
  counts: Record<string, number> = {};
  private isRunning = false;
  private workers: Promise<void>[] = [];

  constructor(transport: Transport) {
    this.client = createClient(Orders, transport);
  }

  start(parallel = 4): this {
    this.isRunning = true;
    this.workers = Array.from({ length: parallel }, () => this.work());
    return this;
  }

  async stop(): Promise<void> {
    this.isRunning = false;
    await Promise.all(this.workers);
  }

  reset(): void {
    this.counts = {};
  }

  get total(): number {
    return Object.values(this.counts).reduce((sum, count) => sum + count, 0);
  }

  share(version: string): number {
    return (this.counts[version] ?? 0) / Math.max(1, this.total);
  }

  async once(metadata: Record<string, string> = {}): Promise<string> {
    return (await this.client.echo({ id: "1" }, { metadata, deadline: 5000 })).author;
  }

  /** Waits until so many more calls were answered. */
  async calls(count: number): Promise<void> {
    const goal = this.total + count;
    await until(() => this.total >= goal || this.failures.length > 0, 60);
  }

  private async work(): Promise<void> {
    while (this.isRunning) {
      try {
        const version = await this.once();
        this.counts[version] = (this.counts[version] ?? 0) + 1;
      } catch (e) {
        if (!isStatusError(e)) throw e;
        this.failures.push(`${new Date().toISOString()} ${e.message}`);
      }
    }
  }
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.on("close", () => resolve());
    child.kill("SIGKILL");
  });
}
