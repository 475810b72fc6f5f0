/** A change that needs a restart: the next Envoy takes the listeners of the one before, and no call fails. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { afterEach, beforeAll, expect, jest, test } from "@jest/globals";
import { createClient } from "@protoloom/rpc";
import { grpcTransport } from "@protoloom/rpc/grpc";
import { Orders } from "../../gen/ts/rpc/orders_grpc.js";
import { generate } from "../../plugins/protoc-gen-envoy/generate.js";
import { PROVISION_MS } from "../provision.js";
import { report } from "../report.js";
import { freePort, provideEnvoy, until, Workplace } from "./envoy.js";
import { deployed, orders, startBackend } from "./shop.js";

jest.setTimeout(90_000);

let envoy: string;
beforeAll(async () => {
  envoy = await provideEnvoy();
}, PROVISION_MS);

const running: ChildProcess[] = [];
afterEach(async () => {
  for (const child of running.splice(0)) {
    const closed = child.exitCode === null && child.signalCode === null ? once(child, "close") : undefined;
    child.kill("SIGKILL");
    await closed;
  }
});

test("a hot restart with another configuration drops no call", async () => {
  const [one, two] = [await startBackend("one"), await startBackend("two")];
  const [port, admin] = [await freePort(), await freePort()];
  const workplace = new Workplace();
  const base = String(1000 + (process.pid % 60_000)); // of this run alone
  const start = (epoch: number, backend: number) => {
    const deployment = `admin: 127.0.0.1:${admin}\n${deployed(port, backend)}`;
    workplace.write({ "deployment.yaml": deployment });
    const { error, files } = generate(orders(), `deployment=${join(workplace.folder, "deployment.yaml")}`);
    expect(error).toBe("");
    const config = `envoy-${epoch}.yaml`;
    workplace.write({ [config]: files["envoy.yaml"]! });
    const timing = ["--drain-time-s", "2", "--parent-shutdown-time-s", "4"];
    const args = ["-c", config, "--base-id", base, "--restart-epoch", String(epoch), "-l", "error", ...timing];
    const child = spawn(envoy, args, { cwd: workplace.folder, stdio: "ignore" });
    running.push(child);
    return child;
  };
  const first = start(0, one.port);
  const transport = grpcTransport({ address: `127.0.0.1:${port}` });
  const client = createClient(Orders, transport);
  await until(() =>
    client.echo({}).then(
      () => true,
      () => false,
    ),
  );

  const served: Record<string, number> = {};
  const failures: string[] = [];
  let isOver = false;
  const worker = async () => {
    while (!isOver) {
      await client.echo({}).then(
        ({ author }) => {
          served[author] = (served[author] ?? 0) + 1;
        },
        (e: unknown) => failures.push(String(e)),
      );
    }
  };
  const calls = Promise.all(Array.from({ length: 4 }, worker));
  await until(() => (served.one ?? 0) > 500);
  start(1, two.port);
  await until(() => (served.two ?? 0) > 500);
  await until(() => first.exitCode !== null || first.signalCode !== null); // its parent ends once its calls have
  const before = served.two!;
  await until(() => served.two! > before + 500);
  isOver = true;
  await calls;
  transport.close();
  await Promise.all([one.close(), two.close()]);
  workplace.remove();
  report(`${served.one} calls before, ${served.two} after the restart, ${failures.length} failed`);
  expect(failures).toEqual([]);
});
