/** Backends that fail, behind a real Envoy: the official servers of gRPC and ours, with what goes wrong in production. */
import { afterEach, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { Code, createClient, createServer, isStatusError } from "@protoloom/rpc";
import { grpcTransport } from "@protoloom/rpc/grpc";
import { createHealth, Health, ServingStatus } from "@protoloom/rpc/health";
import { TestService, type TestServiceClient } from "../../gen/ts/grpc/testing_grpc.js";
import { PROVISION_MS } from "../provision.js";
import { report } from "../report.js";
import { type Endpoint, hanging, implementations, refusing, resetting, testing } from "./backends.js";
import { freePort, provideEnvoy, type Running, startEnvoy, until } from "./envoy.js";

jest.setTimeout(60_000);

let envoy: string;
beforeAll(async () => {
  envoy = await provideEnvoy();
}, PROVISION_MS);

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function kept<T extends Endpoint>(starting: Promise<T>): Promise<T> {
  const started = await starting;
  cleanups.push(() => started.stop());
  return started;
}

interface Proxied {
  readonly client: TestServiceClient;
  readonly running: Running;
}

/** Envoy before endpoints, with what else the deployment says of the service and of the cluster. */
async function proxied(endpoints: readonly Endpoint[], service = "", cluster = ""): Promise<Proxied> {
  const port = await freePort();
  const list = endpoints.map((each) => `{ address: "127.0.0.1:${each.port}" }`).join(", ");
  const deployment = `
listeners: { public: { address: 127.0.0.1:${port} } }
services: { "*": { cluster: backends${service === "" ? "" : `, ${service}`} } }
clusters: { backends: { endpoints: [${list}]${cluster === "" ? "" : `, ${cluster}`} } }
`;
  const running = await startEnvoy(envoy, { protos: testing(), deployment });
  cleanups.push(() => running.stop());
  const transport = grpcTransport({ address: `127.0.0.1:${port}` });
  cleanups.push(() => transport.close());
  return { client: createClient(TestService, transport), running };
}

/** Makes calls one after the other, and counts those that fail by their status. */
async function failures(count: number, call: () => Promise<unknown>): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  for (let i = 0; i < count; i++) {
    try {
      await call();
    } catch (e) {
      const name = isStatusError(e) ? nameOf(e.code) : String(e);
      found[name] = (found[name] ?? 0) + 1;
    }
  }
  return found;
}

describe.each(implementations)("$name", (implementation) => {
  beforeAll(async () => {
    await implementation.provision();
  }, PROVISION_MS);

  test("beside an endpoint that refuses: no call fails, be it idempotent or not", async () => {
    const { client, running } = await proxied(
      [await kept(implementation.start()), await kept(refusing())],
      "retry: { attempts: 3 }",
    );
    expect(await failures(100, () => client.unaryCall({}))).toEqual({});
    expect(await failures(100, () => client.emptyCall({}))).toEqual({});
    const again = await running.stat("cluster.backends.upstream_rq_retry");
    report(`200 calls, 0 failed, ${again} tried again`);
    expect(again).toBeGreaterThan(0);
  });

  test("beside an endpoint that resets connections: no idempotent call fails", async () => {
    const { client } = await proxied(
      [await kept(implementation.start()), await kept(resetting())],
      "retry: { attempts: 3 }",
    );
    expect(await failures(60, () => client.unaryCall({}))).toEqual({});
    report("60 idempotent calls, 0 failed");
  });

  test("beside an endpoint that hangs: no idempotent call fails", async () => {
    const { client } = await proxied(
      [await kept(implementation.start()), await kept(hanging())],
      "retry: { attempts: 3, per_try_timeout: 1s }",
    );
    await failures(4, () => client.unaryCall({})); // the first calls of a program may take longer than an attempt may
    expect(await failures(20, () => client.unaryCall({}))).toEqual({});
    report("20 idempotent calls, 0 failed");
  });

  test("errors of the application eject nobody, UNAVAILABLE does", async () => {
    const two = [await kept(implementation.start()), await kept(implementation.start())];
    const { client, running } = await proxied(
      two,
      "",
      "outlier_detection: { interval: 200ms, max_ejection_percent: 100 }",
    );
    const answering = (code: Code) => failures(40, () => client.unaryCall({ responseStatus: { code, message: "" } }));
    const ejected = () => running.stat("cluster.backends.outlier_detection.ejections_enforced_total");
    expect(await failures(40, () => client.unimplementedCall({}))).toEqual({ Unimplemented: 40 });
    expect([nameOf(Code.Unimplemented), await ejected()]).toEqual([nameOf(Code.Unimplemented), 0]);
    for (const code of [Code.Unknown, Code.DataLoss, Code.Internal]) {
      expect(await answering(code)).toEqual({ [nameOf(code)]: 40 });
      expect([nameOf(code), await ejected()]).toEqual([nameOf(code), 0]);
    }
    await answering(Code.Unavailable);
    expect(await ejected()).toBeGreaterThan(0);
    report("160 errors of the application ejected none of two endpoints");
  });

  test("a server's own DEADLINE_EXCEEDED ejects as UNAVAILABLE does, unless only refused connections count", async () => {
    const detection = "outlier_detection: { interval: 200ms, max_ejection_percent: 100 }";
    const refusedOnly =
      "envoy: { outlier_detection: { split_external_local_origin_errors: true, enforcing_consecutive_gateway_failure: 0 } }";
    const all = [await kept(implementation.start()), await kept(implementation.start())];
    const some = [...all, await kept(refusing())];
    const ejectedBy = async (
      endpoints: readonly Endpoint[],
      cluster: string,
      codes: readonly Code[],
      wanted: number,
    ) => {
      const { client, running } = await proxied(endpoints, "retry: { attempts: 1 }", cluster);
      for (const code of codes) await failures(40, () => client.unaryCall({ responseStatus: { code, message: "" } }));
      const ejections = () => running.stat("cluster.backends.outlier_detection.ejections_enforced_total");
      await until(async () => (await ejections()) >= wanted, 20); // the main thread ejects after the workers have counted
      return ejections();
    };
    const codes = [Code.DeadlineExceeded, Code.Unavailable];
    const counts = {
      "all, DEADLINE_EXCEEDED": await ejectedBy(all, detection, [Code.DeadlineExceeded], 2),
      "refused only, both": await ejectedBy(all, `${detection}, ${refusedOnly}`, codes, 0),
      "refused only, both, and one endpoint that refuses": await ejectedBy(
        some,
        `${detection}, ${refusedOnly}`,
        codes,
        1,
      ),
    };
    report(`ejected: ${JSON.stringify(counts)}`);
    expect(Object.values(counts)).toEqual([2, 0, 1]);
  });

  test("that is NOT_SERVING is out at once, however many failures are allowed, and returns", async () => {
    const health = createHealth();
    const checked = createServer().add(Health, health);
    const port = await checked.listen("127.0.0.1:0"); // official servers have no health service of their own here
    cleanups.push(() => checked.close({ grace: 0 }));
    const check = `health_check: { port: ${port}, interval: 1s, healthy: 1, unhealthy: 10 }, panic_threshold: 0`;
    const { client, running } = await proxied([await kept(implementation.start())], "", check);
    const healthy = (count: number) =>
      until(async () => (await running.stat("cluster.backends.membership_healthy")) === count, 20);
    const checks = () => running.stat("cluster.backends.health_check.failure");
    // changes within one second are sent to the workers together (update_merge_window)
    const answered = (isAnswered: boolean) =>
      until(async () => (Object.keys(await failures(1, () => client.unaryCall({}))).length === 0) === isAnswered, 20);
    await healthy(1);
    await answered(true);
    expect(await failures(20, () => client.unaryCall({}))).toEqual({});
    const before = await checks();
    health.set("", ServingStatus.NOT_SERVING);
    await healthy(0);
    const failed = (await checks()) - before;
    expect(failed).toBeLessThan(10);
    await answered(false);
    expect(await failures(20, () => client.unaryCall({}))).toEqual({ Unavailable: 20 });
    health.set("", ServingStatus.SERVING);
    await healthy(1);
    await answered(true);
    expect(await failures(20, () => client.unaryCall({}))).toEqual({});
    report(
      `out after ${failed} checks with NOT_SERVING, with unhealthy: 10; 20 calls failed meanwhile, 40 around it did not`,
    );
  });

  test("that starts late gets calls as soon as it can, and none fails before", async () => {
    const port = await freePort();
    const { client, running } = await proxied(
      [await kept(implementation.start()), { port, stop: async () => undefined }],
      "retry: { attempts: 3 }",
    );
    let isOver = false;
    const calls = (async () => {
      const found: Record<string, number>[] = [];
      while (!isOver) found.push(await failures(20, () => client.unaryCall({})));
      return found;
    })();
    await kept(implementation.start(port));
    await until(async () => (await running.stat("cluster.backends.upstream_cx_active")) === 2, 20);
    isOver = true;
    const found = await calls;
    expect(found.flatMap((each) => Object.keys(each))).toEqual([]);
    report(`${found.length * 20} calls while it started, 0 failed`);
  });

  test("that is restarted, one endpoint after the other: no idempotent call fails", async () => {
    const endpoints = [await implementation.start(), await implementation.start()];
    cleanups.push(() => Promise.all(endpoints.map((each) => each.stop())));
    const { client } = await proxied(endpoints, "retry: { attempts: 4 }");
    let isOver = false;
    const calls = (async () => {
      const found: Record<string, number>[] = [];
      while (!isOver) found.push(await failures(20, () => client.unaryCall({})));
      return found;
    })();
    for (const [i, { port }] of endpoints.entries()) {
      await endpoints[i]!.stop();
      endpoints[i] = await implementation.start(port);
    }
    isOver = true;
    const found = await calls;
    expect(found.flatMap((each) => Object.keys(each))).toEqual([]);
    report(`${found.length * 20} calls while both were restarted, 0 failed`);
  });
});

function nameOf(code: Code): string {
  return Object.entries(Code).find(([, each]) => each === code)?.[0] ?? String(code);
}
