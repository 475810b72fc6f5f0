/**
 * The 18 cases of gRPC's own interoperability tests, with each peer in both directions: in clear, with TLS, and both again
 * through Envoy.
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Server } from "@protoloom/rpc";
import { isShort, PROVISION_MS, root } from "../provision.js";
import { type Abilities, type CaseName, caseNames, play } from "./cases.js";
import { type Certificates, provideCertificates } from "./certificates.js";
import { EnvoyProxy } from "./envoy-proxy.js";
import { officialProtos, type Peer, type Programs, peers } from "./peers.js";
import { runClient, ServerProcess } from "./process.js";
import { Relay } from "./relay.js";
import { createTestServer } from "./service.js";

const roads = [
  { road: "in clear", isEncrypted: false, hasProxy: false },
  { road: "with TLS", isEncrypted: true, hasProxy: false },
  { road: "through Envoy", isEncrypted: false, hasProxy: true },
  { road: "through Envoy with TLS", isEncrypted: true, hasProxy: true },
].filter(({ hasProxy }) => !(hasProxy && isShort));

test("there are 18 cases, and limits name some of them", () => {
  expect(new Set(caseNames).size).toBe(18);
  for (const name of peers.flatMap(({ limits }) => limits.flatMap(({ cases }) => cases)))
    expect(caseNames).toContain(name);
});

test(
  "our proto file says of the wire what the official ones say",
  async () => {
    const against = ["--against", "test/protos/grpc", "--format=json"];
    const args = [join(root, "cli/bin/protoloom"), "check", await officialProtos(), ...against];
    const { stdout } = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });
    const report = JSON.parse(stdout) as { findings: { rule: string; effects?: { surface: string }[] }[] };
    expect(report.findings.map(({ rule }) => rule)).toContain("message-moved"); // their files have other names
    const changed = report.findings.filter(({ rule }) => rule !== "field-added"); // they have more than the cases need
    const surfaces = changed.flatMap(({ effects = [] }) => effects.map(({ surface }) => surface));
    expect(surfaces.filter((surface) => surface !== "typescript")).toEqual([]);
  },
  PROVISION_MS,
);

describe.each(peers.flatMap((peer) => roads.map((road) => ({ ...road, peer, name: peer.name }))))(
  "$name $road",
  ({ peer, isEncrypted, hasProxy }) => {
    let programs: Programs;
    let certificates: Certificates | undefined;

    beforeAll(async () => {
      programs = await peer.provision();
      if (isEncrypted) certificates = await provideCertificates();
    }, PROVISION_MS);

    describe("its server, our client", () => {
      let server: ServerProcess;
      let proxy: EnvoyProxy | undefined;

      beforeAll(async () => {
        server = await ServerProcess.start((port) => programs.server(port, certificates));
        if (hasProxy) proxy = await EnvoyProxy.start(server.port, certificates);
      }, PROVISION_MS);
      afterAll(async () => {
        await proxy?.stop();
        await server?.stop();
      });

      test.each(caseNames)("%s", (name) => {
        const tls = certificates && { ca: readFileSync(certificates.ca), serverName: certificates.serverName };
        return play(name, (proxy ?? server).port, abilities(peer, name), tls);
      });
    });

    describe("its client, our server", () => {
      let server: Server;
      let proxy: EnvoyProxy | undefined;
      let relay: Relay;

      beforeAll(async () => {
        server = createTestServer();
        const tls = certificates && { cert: readFileSync(certificates.cert), key: readFileSync(certificates.key) };
        const port = await server.listen("127.0.0.1:0", { tls });
        if (hasProxy) proxy = await EnvoyProxy.start(port, certificates);
        relay = await Relay.open(proxy?.port ?? port);
      }, PROVISION_MS);
      afterAll(async () => {
        await relay?.close();
        await proxy?.stop();
        await server?.close({ grace: 0 });
      });

      test.each(caseNames)("%s", async (name) => {
        const { bytes } = await relay.countDown(() => runClient(programs.client(relay.port, name, certificates)));
        // The case asks for two large responses, the first compressed: not every client tells whether it was.
        if (name === "server_compressed_unary") expectBetween(bytes, 314_159, 2 * 314_159);
        if (name === "server_compressed_streaming") expectBetween(bytes, 92_653, 92_653 + 31_415);
      });
    });
  },
);

function abilities({ limits }: Peer, name: CaseName): Abilities {
  const found = limits.find(({ side, cases }) => side === "server" && cases.includes(name));
  return { probes: true, replies: [true, false], ...found?.expects };
}

function expectBetween(bytes: number, least: number, most: number): void {
  expect(bytes).toBeGreaterThan(least);
  expect(bytes).toBeLessThan(most);
}
