/** Endpoints that register at a control plane, with all else from a deployment file: one of two control planes is dead. */
import { afterEach, expect, jest, test } from "@jest/globals";
import { createClient } from "@protoloom/rpc";
import { grpcTransport } from "@protoloom/rpc/grpc";
import { Orders } from "../../gen/ts/rpc/orders_grpc.js";
import { PROVISION_MS } from "../provision.js";
import { report } from "../report.js";
import { Stage } from "../xds/stage.js";
import { freePort, provideEnvoy, startEnvoy, until } from "./envoy.js";
import { orders } from "./shop.js";

jest.setTimeout(PROVISION_MS);

const stage = new Stage();
afterEach(() => stage.clear());

test.each([
  ["static", "envoy.yaml", true],
  ["files", "xds/bootstrap.yaml", false],
])("are called with format=%s", async (format, config, delta) => {
  const envoy = await provideEnvoy();
  const plane = await stage.controlPlane();
  await stage.service(plane, { version: "v1" });
  const port = await freePort();
  const deployment = `
listeners: { public: { address: 127.0.0.1:${port}, services: [test.rpc.Orders] } }
services:
  test.rpc.Orders: { cluster: first, canaries: [{ header: x-canary, cluster: second }] }
clusters:
  first: { registered: test.rpc.Orders/v1 }
  second: { registered: test.rpc.Orders/v2 }
control_plane: { address: ["127.0.0.1:${await freePort()}", "${plane.address}"], delta: ${delta} }
`;
  const options = `format=${format}${format === "files" ? ",folder=xds" : ""}`;
  const running = await startEnvoy(envoy, { protos: orders(), deployment, options, config });
  stage.onEnd(() => running.stop());
  const transport = grpcTransport({ address: `127.0.0.1:${port}` });
  stage.onEnd(() => transport.close());
  const client = createClient(Orders, transport);
  const answers = (metadata: Record<string, string>, version: string) =>
    until(() =>
      client.echo({}, { metadata }).then(
        ({ author }) => author === version,
        () => false,
      ),
    );
  await answers({}, "v1");
  await stage.service(plane, { version: "v2" }); // Envoy learns of it while it runs
  await answers({ "x-canary": "1" }, "v2");
  let failed = 0;
  for (let i = 0; i < 100; i++) await client.echo({}).catch(() => failed++);
  report(`100 calls to endpoints that registered, ${failed} failed`);
  expect(failed).toBe(0);
});
