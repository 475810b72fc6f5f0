/** gRPC clients follow the control plane without a proxy: @grpc/grpc-js-xds, grpc-go, and the C++ core by way of Python. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, jest, test } from "@jest/globals";
import { until } from "../envoy/envoy.js";
import { provideGrpcio } from "../interop/provide-grpcio.js";
import { isShort, PROVISION_MS } from "../provision.js";
import { provideGo } from "./provide-go.js";
import { Stage } from "./stage.js";

jest.setTimeout(PROVISION_MS);

const here = fileURLToPath(new URL(".", import.meta.url));
const clients: readonly [string, () => Promise<[string, string[]]>][] = [
  ["@grpc/grpc-js-xds", async () => [process.execPath, [join(here, "client.mjs")]]],
  ["grpc-go", async () => [await provideGo("client", "1.76.0"), []]],
  ["the C++ core", async () => [join(await provideGrpcio(), "bin/python"), [join(here, "client.py")]]],
];

let stage = new Stage();
afterEach(async () => {
  await stage.clear();
  stage = new Stage();
});

const service = "test.rpc.Orders";
const split = (v1: number, v2: number) => ({
  policy: {
    service,
    split: [
      { version: "v1", weight: v1 },
      { version: "v2", weight: v2 },
    ],
  },
});

/** The first needs nothing but npm packages. */
describe.each(isShort ? clients.slice(0, 1) : clients)("%s", (_, provide) => {
  test("finds instances, follows weights and a drain, and goes on without the control plane; no call fails", async () => {
    const [command, args] = await provide();
    const nacks: string[] = [];
    const plane = await stage.controlPlane({ onNack: ({ name, message }) => nacks.push(`${name}: ${message}`) });
    const old = await stage.service(plane, { version: "v1", drainWait: 500 });
    await stage.service(plane, { version: "v1" });
    await stage.service(plane, { version: "v2" });
    await plane.registry.setPolicy(split(99, 1));
    const GRPC_XDS_BOOTSTRAP_CONFIG = stage.grpcBootstrap([plane.address], "client-1");
    const child = spawn(command, args, {
      env: { ...process.env, GRPC_XDS_BOOTSTRAP_CONFIG },
      stdio: ["pipe", "pipe", "inherit"],
    });
    stage.onEnd(() => child.kill("SIGKILL"));
    let lines: string[] = [];
    createInterface(child.stdout).on("line", (line) => lines.push(line));
    const failed = () => lines.filter((line) => line.startsWith("!"));
    const share = (version: string) => lines.filter((line) => line === version).length / Math.max(1, lines.length);
    const calls = async (count: number): Promise<void> => {
      lines = [];
      await until(() => lines.length >= count || failed().length > 0, 60);
      expect(failed()).toEqual([]);
    };
    await calls(500);
    expect(share("v2")).toBeLessThan(0.05);
    await plane.registry.setPolicy(split(50, 50));
    await calls(100);
    await calls(500);
    expect(share("v2")).toBeGreaterThan(0.35);
    expect(share("v2")).toBeLessThan(0.65);
    await old.registration.close();
    await calls(200);
    await plane.registry.setPolicy(split(0, 100));
    await until(async () => {
      await calls(50);
      return share("v2") === 1;
    });
    await plane.plane.close({ grace: 0 });
    await calls(300);
    expect(share("v2")).toBe(1);
    child.stdin.end();
    expect(nacks).toEqual([]);
  });
});
