/** Streams that say nothing for 170 s live on: the official servers of gRPC end connections that are asked too often. */
import { beforeAll, expect, jest, test } from "@jest/globals";
import { createClient } from "@protoloom/rpc";
import { grpcTransport } from "@protoloom/rpc/grpc";
import { TestService } from "../../gen/ts/grpc/testing_grpc.js";
import { PROVISION_MS } from "../provision.js";
import { report } from "../report.js";
import { type Implementation, implementations, testing } from "./backends.js";
import { freePort, provideEnvoy, startEnvoy } from "./envoy.js";

jest.setTimeout(240_000);

const SILENCE_S = 170;

let envoy: string;
beforeAll(async () => {
  envoy = await provideEnvoy();
  for (const { provision } of implementations) await provision();
}, 4 * PROVISION_MS);

test("an idle stream of each lives, and brings its last message", async () => {
  const found = await Promise.all(implementations.map(async (each) => [each.name, await messagesOf(each)] as const));
  report(`silent for ${SILENCE_S} s: ${found.map(([name, count]) => `${name} ${count} of 2`).join(", ")}`);
  expect(found.filter(([, count]) => count !== 2)).toEqual([]);
});

async function messagesOf({ start }: Implementation): Promise<number | string> {
  const backend = await start();
  const port = await freePort();
  const deployment = `
listeners: { public: { address: 127.0.0.1:${port} } }
services: { "*": { cluster: backends } }
clusters: { backends: { endpoints: [{ address: 127.0.0.1:${backend.port} }] } }
`;
  const running = await startEnvoy(envoy, { protos: testing(), deployment });
  const transport = grpcTransport({ address: `127.0.0.1:${port}` });
  try {
    let count = 0;
    const responseParameters = [{ size: 1 }, { size: 1, intervalUs: SILENCE_S * 1_000_000 }];
    for await (const _ of createClient(TestService, transport).streamingOutputCall({ responseParameters })) count++;
    return count;
  } catch (e) {
    return String(e);
  } finally {
    transport.close();
    await running.stop();
    await backend.stop();
  }
}
