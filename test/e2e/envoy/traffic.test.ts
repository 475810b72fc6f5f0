/** Calls through a real Envoy, whose configuration our plugin has made, with a client and servers of ours. */
import { copyFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { connect } from "node:tls";
import { describe, expect, test } from "@jest/globals";
import { Code, StatusError } from "@protoloom/rpc";
import { BadRequest } from "@protoloom/rpc/google/rpc/error_details";
import { parse } from "yaml";
import { publish } from "../../../cli/src/envoy/publish.js";
import { generate, textOf } from "../../plugins/protoc-gen-envoy/generate.js";
import { isShort } from "../provision.js";
import { report } from "../report.js";
import { freePort, until, Workplace } from "./envoy.js";
import { deployed, orders, rest } from "./shop.js";
import { codeOf, openStage } from "./stage.js";

const { backend, proxy, clientOf } = openStage(orders());

async function all<T>(replies: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const reply of replies) found.push(reply);
  return found;
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Makes that many calls, some of them at a time. */
async function times(count: number, call: (i: number) => Promise<void>, atOnce = 64): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < count) await call(next++);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

describe("calls", () => {
  test("of the four kinds pass", async () => {
    const [shop, port] = [await backend("shop"), await freePort()];
    await proxy({ deployment: deployed(port, shop.port) });
    const client = clientOf(port);
    expect(await client.echo({ id: "1" })).toMatchObject({ id: "1", author: "shop" });
    expect((await all(client.list({ count: 3 }))).map(({ id }) => id)).toEqual(["0", "1", "2"]);
    expect((await client.upload([{ id: "a" }, { id: "b" }])).count).toBe(2);
    expect((await all(client.talk([{ id: "a" }, { id: "b" }]))).map(({ id }) => id)).toEqual(["a", "b"]);
    expect(await codeOf(client.echo({ id: "1" }, { metadata: { "x-nothing": "1" } }))).toBeUndefined();
  });

  test("of methods that the proto does not have reach the server, and those of other services do not", async () => {
    const [shop, port] = [await backend("shop"), await freePort()];
    const older = orders((source) => source.replace(/ {2}rpc Delete[^}]*}\n/, ""));
    await proxy({ protos: older, deployment: deployed(port, shop.port) });
    await clientOf(port).delete({});
    expect(shop.calls).toBe(1);
  });

  test("end by the client's deadline, and by the timeout of the route", async () => {
    let started = 0;
    const stopped: unknown[] = [];
    const slow = async (_: unknown, { signal }: { signal: AbortSignal }) => {
      started++;
      await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
      stopped.push(signal.reason);
      return {};
    };
    const [shop, port] = [await backend("slow", { echo: slow, delete: slow }), await freePort()];
    const deployment = deployed(port, shop.port).replace("cluster: orders }", "cluster: orders, timeout: 5s }");
    await proxy({ deployment });
    const client = clientOf(port);
    const start = performance.now();
    // on a busy machine, a deadline can pass before the call has reached the server
    while (started === 0) expect(await codeOf(client.echo({}, { deadline: 300 }))).toBe(Code.DeadlineExceeded);
    expect(performance.now() - start).toBeLessThan(5000); // it was not the route
    const before = performance.now();
    expect(await codeOf(client.echo({}))).toBe(Code.DeadlineExceeded);
    expect(performance.now() - before).toBeGreaterThan(4900);
    await until(() => stopped.length === 2);
  });

  test("that are streams outlive 15 seconds, be they busy or idle", async () => {
    const ticking = async function* () {
      for (let i = 0; i < 17; i++) {
        yield { id: String(i) };
        await pause(1000);
      }
    };
    const [shop, port] = [await backend("shop", { list: ticking }), await freePort()];
    await proxy({ deployment: deployed(port, shop.port) });
    const client = clientOf(port);
    const idle = async function* () {
      yield { id: "before" };
      await pause(17_000);
      yield { id: "after" };
    };
    const start = performance.now();
    const [busy, quiet] = await Promise.all([all(client.list({})), all(client.talk(idle))]);
    expect(busy.length).toBe(17);
    expect(quiet.map(({ id }) => id)).toEqual(["before", "after"]);
    const seconds = (performance.now() - start) / 1000;
    expect(seconds).toBeGreaterThan(16);
    report(`a busy and an idle stream lived for ${seconds.toFixed(1)} s`);
  });
});

describe("routes", () => {
  test("split calls 99 to 1", async () => {
    const [stable, next, port] = [await backend("stable"), await backend("next"), await freePort()];
    await proxy({
      deployment: `
listeners: { public: { address: 127.0.0.1:${port} } }
services: { "*": { split: { stable: 99, next: 1 } } }
clusters:
  stable: { endpoints: [{ address: 127.0.0.1:${stable.port} }] }
  next: { endpoints: [{ address: 127.0.0.1:${next.port} }] }
`,
    });
    const clients = Array.from({ length: 4 }, () => clientOf(port));
    const count = isShort ? 10_000 : 100_000;
    await times(count, async (i) => void (await clients[i % clients.length]!.echo({})));
    expect(stable.calls + next.calls).toBe(count);
    const percent = (next.calls / count) * 100;
    report(`${next.calls} of ${count} calls went to the new version: ${percent} %`);
    // five standard deviations of so many draws, to either side: one run in a million falls outside
    const margin = 5 * Math.sqrt((0.01 * 0.99) / count) * 100;
    expect(Math.abs(percent - 1)).toBeLessThan(margin);
  }, 600_000);

  test("send canaries by header elsewhere", async () => {
    const [stable, next, port] = [await backend("stable"), await backend("next"), await freePort()];
    await proxy({
      deployment: `${deployed(port, stable.port).replace("cluster: orders }", "cluster: orders, canaries: [{ header: x-canary, value: 'yes', cluster: next }] }")}
  next: { endpoints: [{ address: 127.0.0.1:${next.port} }] }
`,
    });
    const client = clientOf(port);
    for (const [value, expected] of [
      ["yes", "next"],
      ["no", "stable"],
    ] as const) {
      expect((await client.echo({}, { metadata: { "x-canary": value } })).author).toBe(expected);
      expect((await all(client.list({ count: 1 }, { metadata: { "x-canary": value } })))[0]?.author).toBe(expected);
    }
    expect((await client.echo({})).author).toBe("stable");
  });

  test("try idempotent methods again, and no others", async () => {
    const fail = () => {
      throw new StatusError(Code.Unavailable, "try again");
    };
    const failing = await backend("failing", { echo: fail, delete: fail });
    const [good, port] = [await backend("good"), await freePort()];
    const once = (source: string) => source.replace(/ \{\s*option idempotency_level = NO_SIDE_EFFECTS;\s*\}/, ";");
    const deployment = deployed(port, failing.port, good.port).replace(
      "cluster: orders }",
      "cluster: orders, retry: { attempts: 3 } }",
    );
    await proxy({ protos: orders(once), deployment });
    const client = clientOf(port);
    let failed = 0;
    await times(200, async () => void (await client.delete({})), 4);
    const again = failing.calls + good.calls - 200;
    await times(200, async () => void ((await codeOf(client.echo({}))) === Code.Unavailable && failed++), 4);
    report(
      `200 calls of Delete, idempotent: 0 failed, ${again} attempts more; 200 of Echo, not idempotent: ${failed} failed`,
    );
    expect(again).toBeGreaterThan(50);
    expect(failing.calls + good.calls).toBe(400 + again);
    expect(failed).toBeGreaterThan(50);
  });
});

describe("endpoints", () => {
  test("that are ill get no calls, until they are well", async () => {
    const [one, two, port] = [await backend("one"), await backend("two"), await freePort()];
    const check = "    health_check: { interval: 100ms, timeout: 100ms, healthy: 1, unhealthy: 1 }";
    const running = await proxy({ deployment: `${deployed(port, one.port, two.port)}${check}\n` });
    const healthy = (count: number) =>
      until(async () => (await running.stat("cluster.orders.membership_healthy")) === count);
    await healthy(2);
    const client = clientOf(port);
    const served = async () => {
      const names = new Set<string>();
      await times(100, async () => void names.add((await client.echo({})).author), 4);
      return [...names].sort();
    };
    expect(await served()).toEqual(["one", "two"]);
    await two.close();
    await healthy(1);
    expect(await served()).toEqual(["one"]);
    const back = await backend("two", {}, `127.0.0.1:${two.port}`);
    await healthy(2);
    // changes within one second are sent to the workers together (update_merge_window)
    await until(async () => (await served()).length === 2);
    report(`an endpoint died and returned: all calls answered, ${back.calls} by the one that returned`);
  });

  test("that answer with errors are ejected", async () => {
    const fail = () => {
      throw new StatusError(Code.Unavailable, "broken");
    };
    const [broken, good, port] = [await backend("broken", { echo: fail }), await backend("good"), await freePort()];
    const outlier = "    outlier_detection: { consecutive_errors: 3, interval: 200ms, ejection_time: 60s }";
    const running = await proxy({ deployment: `${deployed(port, broken.port, good.port)}${outlier}\n` });
    const client = clientOf(port);
    const failures = async (count: number) => {
      let failed = 0;
      await times(count, async () => void ((await codeOf(client.echo({}))) !== undefined && failed++), 1);
      return failed;
    };
    // Envoy's main thread ejects, and calls go on meanwhile: more than three may fail.
    let failed = 0;
    await until(async () => {
      failed += await failures(2);
      return (await running.stat("cluster.orders.outlier_detection.ejections_active")) === 1;
    });
    expect(failed).toBeGreaterThanOrEqual(3);
    expect(await failures(100)).toBe(0);
    report(`${failed} calls failed until the broken endpoint was ejected, none of 100 after that`);
  });
});

describe("REST", () => {
  test("is made gRPC, and its errors are those of HTTP", async () => {
    const shop = await backend("shop", {
      echo({ id, author }) {
        if (id !== "missing") return { id, author };
        const violation = { field: "id", description: "is nowhere" };
        throw new StatusError(Code.NotFound, "no such order", {
          details: [new BadRequest({ fieldViolations: [violation] })],
        });
      },
    });
    const port = await freePort();
    await proxy({ protos: orders(rest), deployment: deployed(port, shop.port) });
    const url = `http://127.0.0.1:${port}/v1/orders`;
    const found = await fetch(`${url}/7?author=me`);
    expect([found.status, await found.json()]).toMatchObject([200, { id: "7", author: "me", price: "0" }]);
    const posted = await fetch(url, { method: "POST", body: JSON.stringify({ id: "8" }) });
    expect(await posted.json()).toMatchObject({ id: "8" });
    const missing = await fetch(`${url}/missing`);
    expect(missing.status).toBe(404);
    expect(await missing.json()).toMatchObject({
      code: Code.NotFound,
      message: "no such order",
      details: [{ "@type": "type.googleapis.com/google.rpc.BadRequest", fieldViolations: [{ field: "id" }] }],
    });
    expect((await fetch(`http://127.0.0.1:${port}/v2`)).status).toBe(404);
    expect((await clientOf(port).echo({ id: "9" })).id).toBe("9");
  });
});

describe("TLS", () => {
  test("asks callers for certificates, and goes on to the endpoints", async () => {
    const workplace = new Workplace();
    await workplace.writeCertificates();
    const pem = (name: string) => textOf(join(workplace.folder, "tls", name));
    const pair = { cert: pem("server.pem"), key: pem("server.key") };
    const [shop, port] = [await backend("shop", {}, "127.0.0.1:0", pair), await freePort()];
    await proxy({
      workplace,
      deployment: `
listeners:
  public:
    address: 127.0.0.1:${port}
    tls: { certificate: tls/server.pem, key: tls/server.key, client_ca: tls/ca.pem }
services:
  "*":
    cluster: orders
    auth: { callers: ["spiffe://shop.example/web"] }
    methods:
      Delete: { auth: { callers: ["spiffe://shop.example/admin"] } }
clusters:
  orders:
    endpoints: [{ address: 127.0.0.1:${shop.port} }]
    tls: { ca: tls/ca.pem, server_name: orders.internal }
`,
    });
    const tls = { ca: pem("ca.pem"), serverName: "localhost" };
    const known = clientOf(port, { tls: { ...tls, cert: pem("client.pem"), key: pem("client.key") } });
    expect((await known.echo({})).author).toBe("shop");
    expect(await codeOf(known.delete({}))).toBe(Code.PermissionDenied);
    expect(await codeOf(clientOf(port, { tls }).echo({}))).toBe(Code.Unavailable);
    expect(shop.calls).toBe(1);
  });
});

describe("a certificate that is replaced", () => {
  test("is served within ten seconds, without a restart", async () => {
    const workplace = new Workplace();
    await workplace.writeCertificates();
    const [shop, port] = [await backend("shop"), await freePort()];
    const tls = ", tls: { certificate: tls/server.pem, key: tls/server.key } }";
    await proxy({
      workplace,
      deployment: deployed(port, shop.port).replace(`127.0.0.1:${port} }`, `127.0.0.1:${port}${tls}`),
    });
    const before = await subjectAt(port);
    expect(before).toBe("server");
    const start = performance.now();
    for (const end of ["pem", "key"]) {
      copyFileSync(join(workplace.folder, `tls/client.${end}`), join(workplace.folder, `next.${end}`));
      renameSync(join(workplace.folder, `next.${end}`), join(workplace.folder, `tls/server.${end}`));
    }
    await until(async () => (await subjectAt(port)) === "client");
    report(`the new certificate was served after ${((performance.now() - start) / 1000).toFixed(1)} s`);
  });
});

/** The common name of the certificate that a server shows. */
function subjectAt(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1", rejectUnauthorized: false }, () => {
      resolve(String(socket.getPeerCertificate().subject.CN));
      socket.destroy();
    });
    socket.on("error", reject);
  });
}

describe("files", () => {
  test("that change are read again, and no call is dropped", async () => {
    const [one, two, port] = [await backend("one"), await backend("two"), await freePort()];
    const options = "format=files,folder=xds";
    const running = await proxy({ deployment: deployed(port, one.port), options, config: "xds/bootstrap.yaml" });
    const { workplace } = running;
    const client = clientOf(port);
    await until(async () => (await codeOf(client.echo({}))) === undefined);
    const served = { one: 0, two: 0 } as Record<string, number>;
    let isOver = false;
    const calls = times(
      Number.POSITIVE_INFINITY,
      async () => {
        if (isOver) throw new Error("over");
        served[(await client.echo({})).author]!++;
      },
      8,
    ).catch((e: Error) => (e.message === "over" ? undefined : Promise.reject(e)));
    await until(() => served.one! > 500);
    workplace.write({ "next.yaml": deployed(port, two.port) });
    const { files } = generate(orders(), `deployment=${join(workplace.folder, "next.yaml")},${options}`);
    workplace.write({ "fresh/orders.yaml": files["xds/endpoints/orders.yaml"]! });
    renameSync(join(workplace.folder, "fresh/orders.yaml"), join(workplace.folder, "xds/endpoints/orders.yaml"));
    await until(() => served.two! > 500);
    isOver = true;
    await calls;
    report(`${served.one} calls to the old endpoint, then ${served.two} to the new one: none failed`);
    expect(await running.stat("cluster.orders.update_success")).toBe(2);
  });
});

describe("files that are written in place", () => {
  test("are noticed", async () => {
    const [one, two, port] = [await backend("one"), await backend("two"), await freePort()];
    const options = "format=files,folder=xds";
    const { workplace } = await proxy({
      deployment: deployed(port, one.port),
      options,
      config: "xds/bootstrap.yaml",
    });
    const client = clientOf(port);
    await until(async () => (await codeOf(client.echo({}))) === undefined);
    workplace.write({ "next.yaml": deployed(port, two.port) });
    const { files } = generate(orders(), `deployment=${join(workplace.folder, "next.yaml")},${options}`);
    workplace.write({ "xds/endpoints/orders.yaml": files["xds/endpoints/orders.yaml"]! });
    await until(async () => (await client.echo({})).author === "two", 20);
  });
});

describe("published files", () => {
  test("take a cluster's new name, and no call is dropped", async () => {
    const [shop, port] = [await backend("shop"), await freePort()];
    const options = "format=files,folder=xds";
    const workplace = new Workplace();
    const running = await proxy({
      workplace,
      deployment: deployed(port, shop.port),
      options,
      config: "xds/bootstrap.yaml",
    });
    const client = clientOf(port);
    await until(async () => (await codeOf(client.echo({}))) === undefined);
    let isOver = false;
    let count = 0;
    const calls = (async () => {
      while (!isOver) {
        await client.echo({});
        count++;
      }
    })();
    workplace.write({ "next.yaml": deployed(port, shop.port).replaceAll("orders", "renamed") });
    const { files } = generate(orders(), `deployment=${join(workplace.folder, "next.yaml")},${options}`);
    workplace.write(Object.fromEntries(Object.entries(files).map(([name, text]) => [`fresh/${name}`, text])));
    const { admin } = parse(textOf(join(workplace.folder, "xds/bootstrap.yaml")));
    const at = `http://127.0.0.1:${admin.address.socket_address.port_value}`;
    const [from, to] = ["fresh/xds", "xds"].map((name) => join(workplace.folder, name));
    await publish(from!, to!, at, (text) => report(text.trim()));
    await until(async () => (await running.stat("cluster_manager.active_clusters")) === 1);
    expect(await running.stat("cluster.renamed.membership_total")).toBe(1);
    isOver = true;
    await calls;
    report(`${count} calls while it was published: none failed`);
    expect(await running.stat("cluster_manager.cds.update_rejected")).toBe(0);
  });
});

describe("a pair of sidecars", () => {
  test("stands between two services that do not know of it", async () => {
    const payments = await backend("payments");
    const [inbound, outbound] = [await freePort(), await freePort()];
    const others = [await freePort(), await freePort(), await freePort()];
    const workplace = new Workplace();
    await workplace.writeCertificates();
    const audits = orders((source) => source.replace("service Audits", "service Shop"));
    const tls = "tls: { certificate: tls/server.pem, key: tls/server.key, client_ca: tls/ca.pem }";
    const folder = workplace.folder;
    await proxy({
      protos: audits,
      workplace,
      deployment: `
sidecar:
  application: 127.0.0.1:${payments.port}
  serves: [test.rpc.Orders]
  inbound: 127.0.0.1:${inbound}
  outbound: 127.0.0.1:${others[0]}
  ${tls}
services: { "test.rpc.Shop": { cluster: shop } }
clusters: { shop: { endpoints: [{ address: 127.0.0.1:${others[1]} }] } }
`,
    });
    const caller = await proxy({
      protos: audits,
      deployment: `
sidecar:
  application: 127.0.0.1:${others[1]}
  serves: [test.rpc.Shop]
  inbound: 127.0.0.1:${others[2]}
  outbound: 127.0.0.1:${outbound}
services: { "test.rpc.Orders": { cluster: payments, retry: { attempts: 3 } } }
clusters:
  payments:
    endpoints: [{ address: 127.0.0.1:${inbound} }]
    tls: { ca: ${folder}/tls/ca.pem, server_name: localhost, certificate: ${folder}/tls/client.pem, key: ${folder}/tls/client.key }
`,
    });
    const client = clientOf(outbound);
    await times(200, async () => void (await client.echo({})), 8);
    expect((await all(client.talk([{ id: "a" }])))[0]?.author).toBe("payments");
    expect(payments.calls).toBe(201);
    expect(await caller.stat("cluster.payments.ssl.handshake")).toBeGreaterThan(0);
    expect(await codeOf(clientOf(inbound).echo({}))).toBe(Code.Unavailable);
    report("201 calls passed both sidecars, by mutual TLS between them; one past the first was refused");
  });
});
