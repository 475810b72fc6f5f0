/** A real Envoy and a control plane, between which the network falls silent. */
import { afterEach, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { freePort, provideEnvoy, until } from "../envoy/envoy.js";
import { PROVISION_MS } from "../provision.js";
import { Link } from "./link.js";
import { Stage } from "./stage.js";

jest.setTimeout(PROVISION_MS);

let envoy: string;
beforeAll(async () => {
  envoy = await provideEnvoy();
});

let stage = new Stage();
afterEach(async () => {
  await stage.clear();
  stage = new Stage();
});

const service = "test.rpc.Orders";

describe.each(["sotw", "delta"] as const)("Envoy by %s", (variant) => {
  test("notices a connection that is dead though nobody closed it, and goes on", async () => {
    const port = await freePort();
    const plane = await stage.controlPlane({ gateway: { host: "127.0.0.1", port } });
    const link = await Link.to(plane.port);
    stage.onEnd(() => link.close());
    for (const version of ["v1", "v2"]) await stage.service(plane, { version });
    await plane.registry.setPolicy({ policy: { service, split: [{ version: "v1", weight: 1 }] } });
    await stage.envoy(envoy, [link.address], variant === "delta");
    const load = stage.load(`127.0.0.1:${port}`).start();
    await load.calls(100);
    expect(load.share("v1")).toBe(1);
    link.freeze();
    await plane.registry.setPolicy({ policy: { service, split: [{ version: "v2", weight: 1 }] } });
    await until(async () => {
      load.reset();
      await load.calls(20);
      return load.share("v2") === 1;
    }, 60);
    await until(async () => plane.plane.discovery.streams.length === 1, 90); // the server lets go of the dead one too
    await load.stop();
    expect(load.failures).toEqual([]);
  });
});
