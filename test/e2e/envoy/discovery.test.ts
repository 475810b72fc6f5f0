/** A real Envoy gets all that it serves with from a discovery service, which tells it what format=ads has written. */
import { join } from "node:path";
import { expect, jest, test } from "@jest/globals";
import { registry } from "@protoloom/envoy";
import { AggregatedDiscoveryService } from "@protoloom/envoy/gen/envoy/service/discovery/v3/ads_grpc";
import type { DiscoveryRequest } from "@protoloom/envoy/gen/envoy/service/discovery/v3/discovery_pb";
import { Any } from "@protoloom/protobuf/wkt";
import { createClient, createServer } from "@protoloom/rpc";
import { grpcTransport } from "@protoloom/rpc/grpc";
import { parse } from "yaml";
import { Orders } from "../../gen/ts/rpc/orders_grpc.js";
import { generate } from "../../plugins/protoc-gen-envoy/generate.js";
import { PROVISION_MS } from "../provision.js";
import { report } from "../report.js";
import { freePort, provideEnvoy, startEnvoy, until, Workplace } from "./envoy.js";
import { deployed, orders, startBackend } from "./shop.js";

jest.setTimeout(PROVISION_MS);

test("a discovery service tells Envoy everything, and no resource is refused", async () => {
  const envoy = await provideEnvoy();
  const shop = await startBackend("shop");
  const port = await freePort();
  const controlPort = await freePort();
  const deployment = `${deployed(port, shop.port)}control_plane: { address: 127.0.0.1:${controlPort} }\n`;
  const refused: string[] = [];
  const told: string[] = [];
  const control = createServer().add(AggregatedDiscoveryService, {
    async *streamAggregatedResources(requests) {
      const resources = resourcesOf(deployment);
      for await (const request of requests) {
        if (request.errorDetail) refused.push(`${request.typeUrl}: ${request.errorDetail.message}`);
        if (isAnswer(request)) continue;
        const found = resources.filter(({ typeUrl }) => typeUrl === request.typeUrl);
        told.push(request.typeUrl.slice(request.typeUrl.lastIndexOf(".") + 1));
        yield { typeUrl: request.typeUrl, versionInfo: "1", nonce: String(told.length), resources: found };
      }
    },
  });
  await control.listen(`127.0.0.1:${controlPort}`);
  const running = await startEnvoy(envoy, {
    protos: orders(),
    deployment,
    options: "format=ads",
    config: "ads/bootstrap.yaml",
  });
  const transport = grpcTransport({ address: `127.0.0.1:${port}` });
  try {
    const client = createClient(Orders, transport);
    await until(async () =>
      client.echo({ id: "1" }).then(
        ({ author }) => author === "shop",
        () => refused.length > 0,
      ),
    );
    expect(refused).toEqual([]);
    expect(told).toEqual(["Cluster", "ClusterLoadAssignment", "Listener", "RouteConfiguration"]);
    report(`told ${told.join(", ")}; none was refused`);
  } finally {
    transport.close();
    await running.stop();
    await control.close({ grace: 0 });
    await shop.close();
  }
});

/** Whether a request only accepts or refuses the last response, without a new subscription. */
function isAnswer({ responseNonce }: DiscoveryRequest): boolean {
  return responseNonce !== "";
}

/** The output of format=ads, as sent over the wire. */
function resourcesOf(deployment: string): Any[] {
  const workplace = new Workplace();
  workplace.write({ "deployment.yaml": deployment });
  const { error, files } = generate(orders(), `deployment=${join(workplace.folder, "deployment.yaml")},format=ads`);
  workplace.remove();
  expect(error).toBe("");
  const written = Object.entries(files).filter(([name]) => !/^ads\/(bootstrap|causes)/.test(name));
  return written.flatMap(([, text]) =>
    parse(text).resources.map((json: object) => Any.fromJson(json as never, { registry })),
  );
}
