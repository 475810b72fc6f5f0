/** Go's own client of Consul, unchanged, against the control plane. */
import { afterEach, expect, jest, test } from "@jest/globals";
import { PROVISION_MS, runTool } from "../provision.js";
import { provideGo } from "./provide-go.js";
import { Stage } from "./stage.js";

jest.setTimeout(PROVISION_MS);

let stage = new Stage();
afterEach(async () => {
  await stage.clear();
  stage = new Stage();
});

test("consul/api registers, reports, waits for changes, looks up and deregisters", async () => {
  const program = await provideGo("consul", "1.32.1");
  const grants = [{ name: "orders", token: "s3cret", namespaces: ["shop"] }];
  const { address, plane } = await stage.controlPlane({ grants });
  const printed = await runTool(program, [address, "s3cret"], { missing: "" });
  expect(printed.trimEnd().split("\n")).toEqual([
    "registered 0",
    "passing 1",
    "critical 0",
    "agent orders 10.0.0.1 50051 [v1] a",
    "catalog [v1]",
    "instances orders-1 10.0.0.1 50051",
    "gone 0",
  ]);
  expect(plane.registry.size).toBe(0);
  await expect(runTool(program, [address, "wrong"], { missing: "" })).rejects.toThrow(/the token is not known/);
});
