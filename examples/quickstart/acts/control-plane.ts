import { equal, ok } from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { ControlPlane, envoyBootstrap, grpcBootstrap, type Registration, registerWith } from "@protoloom/control-plane";
import { RegistryService, type RegistryServiceClient } from "@protoloom/control-plane/registry/v1/registry_grpc";
import { createClient, createServer, type Transport } from "@protoloom/rpc";
import { grpcTransport } from "@protoloom/rpc/grpc";
import { PurchaseOrderService, type PurchaseOrderServiceClient } from "../gen/order_grpc.js";
import { findEnvoy, freePort, startEnvoy, stop } from "../installed-envoy.js";
import type { Act } from "../main.js";
import { createShop } from "../shop.js";
import { code, paint, result, say } from "../terminal.js";

const service = PurchaseOrderService.typeName;

/** Two versions of the shop, and traffic that is moved from one to the other while calls run. */
export const controlPlane: Act = {
  title: "Control plane",
  async play() {
    const gateway = { host: "127.0.0.1", port: await freePort() };
    const plane = await new ControlPlane({ gateway }).start();
    const address = `127.0.0.1:${await plane.listen("127.0.0.1:0")}`;
    const toPlane = grpcTransport({ address });
    say("A control plane, and two versions of the shop that register with it. No file has their addresses.");
    code(
      "const plane = await new ControlPlane().start();",
      `await plane.listen("127.0.0.1:18000");`,
      `registerWith(grpcTransport({ address: "127.0.0.1:18000" }), server, { port, version: "v1" });`,
    );
    const shops = { v1: await openShop(toPlane, "v1"), v2: await openShop(toPlane, "v2") };
    result("plane.registry.servicesOf(…)", plane.registry.servicesOf("default"), [service]);

    const callers = await openCallers(address, gateway.port);
    const registry = createClient(RegistryService, toPlane);
    const load = new Load(callers.transport, shops);
    try {
      await showMoves(registry, load);
      await showLeaving(shops.v1.registration, load);
      await load.stop();
      result("calls that failed", load.failed, 0);
    } finally {
      await load.stop();
      await callers.close();
      for (const shop of Object.values(shops)) await shop.close();
      toPlane.close();
      await plane.close({ grace: 0 });
    }
  },
};

type Version = "v1" | "v2";

interface Shop {
  readonly registration: Registration;
  answered: number;
  close(): Promise<void>;
}

async function openShop(toPlane: Transport, version: Version): Promise<Shop> {
  const handlers = createShop();
  const server = createServer().add(PurchaseOrderService, {
    ...handlers,
    purchase(order, context) {
      shop.answered++;
      return handlers.purchase(order, context);
    },
  });
  const port = await server.listen("127.0.0.1:0");
  const registration = registerWith(toPlane, server, { port, host: "127.0.0.1", version, drainWait: 300 });
  const shop: Shop = { registration, answered: 0, close: () => registration.close({ grace: 0 }) };
  await registration.ready;
  return shop;
}

interface Callers {
  readonly transport: Transport;
  close(): Promise<void>;
}

/** Through a real Envoy, where one is installed; else a client that finds the shops itself. */
async function openCallers(plane: string, gateway: number): Promise<Callers> {
  const program = findEnvoy();
  if (program === undefined) {
    say("A client that asks the control plane where the shop runs: grpc-js with its xDS resolver, without a proxy.");
    process.env.GRPC_XDS_BOOTSTRAP_CONFIG = grpcBootstrap({ servers: [plane], id: "client-1" });
    const { register } = await import("@grpc/grpc-js-xds");
    const { grpcJsTransport } = await import("@protoloom/rpc/grpc-js");
    register();
    code(`const transport = grpcJsTransport({ address: "xds:///${service}" });`);
    const transport = grpcJsTransport({ address: `xds:///${service}` });
    return { transport, close: async () => transport.close() };
  }
  say("A real Envoy, which knows nothing but where the control plane is.");
  code("protoloom bootstrap envoy --id proxy-1 > bootstrap.json && envoy -c bootstrap.json");
  mkdirSync("envoy", { recursive: true });
  writeFileSync("envoy/bootstrap.json", envoyBootstrap({ servers: [plane], id: "proxy-1" }));
  const proxy = startEnvoy(program, "envoy/bootstrap.json");
  const transport = grpcTransport({ address: `127.0.0.1:${gateway}` });
  return {
    transport,
    async close() {
      transport.close();
      await stop(proxy);
    },
  };
}

/** Calls without a pause. */
class Load {
  failed = 0;
  private readonly client: PurchaseOrderServiceClient;
  private readonly shops: Readonly<Record<Version, Shop>>;
  private readonly workers: Promise<void>[];
  private isOver = false;

  constructor(transport: Transport, shops: Readonly<Record<Version, Shop>>) {
    this.client = createClient(PurchaseOrderService, transport);
    this.shops = shops;
    this.workers = Array.from({ length: 4 }, () => this.work());
  }

  /** The share of calls that v2 answers, of the next ones. */
  async shareOfV2(calls = 400): Promise<number> {
    const { v1, v2 } = this.shops;
    v1.answered = 0;
    v2.answered = 0;
    while (v1.answered + v2.answered < calls && !this.isOver) await pause(5);
    return v2.answered / (v1.answered + v2.answered);
  }

  async stop(): Promise<void> {
    this.isOver = true;
    await Promise.all(this.workers);
  }

  private async work(): Promise<void> {
    while (!this.isOver) {
      const order = { date: "2026-11-22", classname: "gRPC", author: "liuchao", price: 68 };
      await this.client.purchase(order, { waitForReady: true, deadline: 20_000 }).catch(() => this.failed++);
    }
  }
}

async function showMoves(registry: RegistryServiceClient, load: Load): Promise<void> {
  say("Calls run without a pause while their traffic is moved, by one call for each step.");
  for (const share of [10, 50, 100]) {
    const split = [
      { version: "v1", weight: 100 - share },
      { version: "v2", weight: share },
    ];
    await registry.setPolicy({ policy: { service, split } });
    code(`await registry.setPolicy({ policy: { service, split: [v1: ${100 - share}, v2: ${share}] } });`);
    let seen = await load.shareOfV2();
    for (let i = 0; Math.abs(seen - share / 100) > 0.12 && i < 50; i++) seen = await load.shareOfV2();
    ok(Math.abs(seen - share / 100) <= 0.12, `v2 answers ${seen} of the calls, not ${share} %`);
    console.log(`    ${paint("result", `v2 answered ${Math.round(seen * 100)} % of the next calls`)}`);
  }
}

async function showLeaving(registration: Registration, load: Load): Promise<void> {
  say("The old version leaves: callers are told first, then running calls finish.");
  await registration.close();
  code("await registration.close();");
  equal(await load.shareOfV2(100), 1);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
