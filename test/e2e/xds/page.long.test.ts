/** The web page in a real browser: what it shows, what it changes, and whether everyone can use it. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, jest, test } from "@jest/globals";
import { type ControlPlaneOptions, resourceTypes } from "@protoloom/control-plane";
import { Instance } from "@protoloom/control-plane/registry/v1/registry_pb";
import { withTab } from "../browser/chromium.js";
import type { Tab } from "../browser/tab.js";
import { until } from "../envoy/envoy.js";
import { PROVISION_MS, root } from "../provision.js";
import { type Plane, Stage } from "./stage.js";
import { followType } from "./xds-client.js";

jest.setTimeout(PROVISION_MS);

let stage = new Stage();
afterEach(async () => {
  await stage.clear();
  stage = new Stage();
});

const service = "test.rpc.Orders";

/** A control plane with two versions of a service, a policy, a canary, a client, and a page that shows it. */
async function withShop(options: ControlPlaneOptions, work: (plane: Plane, tab: Tab) => Promise<void>): Promise<void> {
  const plane = await stage.controlPlane({ gateway: { host: "127.0.0.1", port: 8080 }, ...options });
  await withTab(async (tab) => {
    await tab.show(1280, "light");
    await tab.open(`http://${plane.address}/`);
    await work(plane, tab);
  });
}

async function fill({ plane }: Plane): Promise<void> {
  const origin = { namespace: "default", peer: "127.0.0.1:1" };
  const instance = (service: string, version: string, port: number): Instance =>
    new Instance({ service, version, host: "10.0.0.1", port });
  for (const [port, version] of ["v1", "v1", "v1", "v2"].entries()) {
    await plane.registry.register(instance(service, version, 50_051 + port), origin, "deploy");
  }
  await plane.registry.register(instance("shop.v1.Payments", "v1", 50_061), origin, "deploy");
}

const text = (tab: Tab): Promise<string> => tab.evaluate<string>("document.body?.innerText ?? ''");
const sees = (tab: Tab, wanted: string | RegExp): Promise<void> =>
  until(async () => (await text(tab)).match(wanted) !== null, 20);
const click = (tab: Tab, label: string): Promise<void> =>
  tab.evaluate(
    `[...document.querySelectorAll("a, button, summary")].find((e) => e.innerText.includes(${JSON.stringify(label)})).click()`,
  );

test("shows services, instances and their leases, and follows every change without being loaded again", async () => {
  await withShop({}, async (plane, tab) => {
    await sees(tab, "No service is registered here.");
    await tab.evaluate("window.marked = true");
    await fill(plane);
    await sees(tab, "4 of 4 healthy");
    await click(tab, service);
    await sees(tab, /lease: \d+ s left/);
    expect(await text(tab)).toMatch(/v1 75 %\s+v2 25 %/);
    await plane.plane.registry.drain({ namespace: "default", service, id: "10.0.0.1:50054" }, "deploy");
    await sees(tab, "3 of 4 healthy");
    expect(await text(tab)).toContain("draining");
    expect(await tab.evaluate("window.marked")).toBe(true);
    expect(tab.errors).toEqual([]);
  });
});

test("moves traffic by keyboard alone, once it is confirmed", async () => {
  await withShop({}, async (plane, tab) => {
    await fill(plane);
    await sees(tab, "4 of 4 healthy");
    const focused = (): Promise<string> =>
      tab.evaluate(
        "(({ ariaLabel, innerText }) => ariaLabel ?? innerText)(document.querySelector(':focus') ?? {}) ?? ''",
      );
    const reach = async (wanted: string): Promise<void> => {
      for (let i = 0; i < 40 && !(await focused()).includes(wanted); i++) await tab.press("Tab");
      expect(await focused()).toContain(wanted);
    };
    await reach(service);
    await tab.press("Enter");
    await sees(tab, "Instances");
    await reach(`share of v2 of ${service}`);
    await tab.press("End", "ArrowLeft");
    await sees(tab, /v1 1 %\s+v2 99 %/);
    expect(plane.plane.registry.policy("default", service)).toBeUndefined();
    await reach("Apply…");
    await tab.press("Enter");
    await sees(tab, `Move the traffic of ${service}?`);
    await tab.press("Escape");
    await sees(tab, "Apply…");
    expect(plane.plane.registry.policy("default", service)).toBeUndefined();
    await reach("Apply…");
    await tab.press("Enter");
    await reach("Move traffic");
    await tab.press("Enter");
    await until(async () => plane.plane.registry.policy("default", service) !== undefined, 10);
    const split = plane.plane.registry.policy("default", service)!.split;
    expect(split.map(({ version, weight }) => [version, weight])).toEqual([
      ["v1", 1],
      ["v2", 99],
    ]);
    await until(async () => !(await text(tab)).includes("Apply…"), 10);
    await click(tab, "Changes");
    await sees(tab, "v1 1, v2 99");
    expect(tab.errors).toEqual([]);
  });
});

test("shows clients with their answers, and the map from listener to endpoint", async () => {
  await withShop({}, async (plane, tab) => {
    await fill(plane);
    await plane.registry.setPolicy({
      policy: {
        service,
        split: [
          { version: "v1", weight: 90 },
          { version: "v2", weight: 10 },
        ],
        canaries: [{ header: "x-canary", value: "on", version: "v2" }],
      },
    });
    const judge = ({ resources }: { resources: readonly unknown[] }): string | undefined =>
      resources.length === 5 ? "shop.v1.Payments/v1: no" : undefined;
    stage.onEnd(followType(plane.transport, "proxy-1", resourceTypes.cluster.typeUrl, judge));
    await sees(tab, "Live");
    await click(tab, "Clients");
    await sees(tab, "proxy-1");
    await sees(tab, /\d ACK/);
    await sees(tab, "1 NACK");
    await click(tab, "proxy-1");
    await sees(tab, "shop.v1.Payments/v1: no");
    await click(tab, "Map");
    await sees(tab, "10 %, x-canary: on");
    const nodes = await tab.evaluate<string[]>("[...document.querySelectorAll('.node')].map((e) => e.ariaLabel)");
    expect(nodes).toEqual(
      expect.arrayContaining([
        "listener gateway: leads to gateway",
        expect.stringMatching(/^route gateway: leads to .*test.rpc.Orders\/v2/),
        "cluster test.rpc.Orders/v2: leads to 10.0.0.1:50054",
        "endpoint 10.0.0.1:50054: healthy",
      ]),
    );
    expect(tab.errors).toEqual([]);
  });
});

test("a peer's names are text, and nothing else runs in the page", async () => {
  await withShop({}, async (plane, tab) => {
    const version = "<img src=x onerror=window.taken=1>";
    const origin = { namespace: "default", peer: "127.0.0.1:1" };
    const metadata = { note: version };
    await plane.plane.registry.register(
      new Instance({ service, host: "10.0.0.1", port: 1, version: "v1", metadata, zone: version }),
      origin,
      version,
    );
    await sees(tab, service);
    await click(tab, "Changes");
    await sees(tab, `by ${version}`);
    expect(await tab.evaluate("[window.taken, document.images.length]")).toEqual([null, 0]);
    const refused = (code: string): Promise<string> =>
      tab.evaluate(`(() => { try { ${code}; return "done" } catch (e) { return e.name } })()`);
    expect(await refused("document.body.insertAdjacentHTML('beforeend', '<p>')")).toBe("TypeError");
    expect(await refused("new Function('window.taken = 1')()")).toBe("EvalError");
  });
});

test("asks for a token where one is needed, keeps it nowhere, and lets a reader only look", async () => {
  const grants = [{ name: "reader", token: "s3cret", namespaces: ["default"], readOnly: true }];
  await withShop({ grants }, async (plane, tab) => {
    await fill(plane);
    await sees(tab, "This control plane asks for a token.");
    const enter = async (token: string): Promise<void> => {
      await tab.evaluate("document.querySelector('input[type=password]').focus(); document.activeElement.select()");
      await tab.press(...token, "Enter");
    };
    await enter("wrong");
    await sees(tab, "the token is not known");
    await enter("s3cret");
    await sees(tab, "4 of 4 healthy");
    await click(tab, service);
    await sees(tab, "Instances");
    expect(await tab.evaluate("[...document.querySelectorAll('input[type=range]')].every((e) => e.disabled)")).toBe(
      true,
    );
    const kept = "JSON.stringify([document.cookie, {...localStorage}, {...sessionStorage}, location.href])";
    expect(await tab.evaluate(kept)).not.toContain("s3cret");
  });
});

test("says that the connection is lost, and goes on when the control plane is back", async () => {
  const plane = await stage.controlPlane();
  await withTab(async (tab) => {
    await tab.open(`http://${plane.address}/`);
    await sees(tab, "Live");
    await plane.plane.close({ grace: 0 });
    await sees(tab, "Connection lost, trying again…");
    const next = await stage.controlPlane({}, plane.port);
    await sees(tab, "Live");
    await fill(next);
    await sees(tab, "4 of 4 healthy");
  });
});

describe.each([
  ["a wide screen", 1280],
  ["a phone", 390],
] as const)("on %s", (_, width) => {
  test.each(["light", "dark"] as const)("axe finds nothing, and nothing is cut off, in %s", async (scheme) => {
    await withShop({}, async (plane, tab) => {
      await fill(plane);
      const split = [
        { version: "v1", weight: 90 },
        { version: "v2", weight: 10 },
      ];
      await plane.registry.setPolicy({
        policy: { service, split, canaries: [{ header: "x-canary", value: "on", version: "v2" }] },
      });
      stage.onEnd(followType(plane.transport, "proxy-1", resourceTypes.cluster.typeUrl, () => undefined));
      const refuse = (): string => "shop.v1.Payments: invalid address";
      stage.onEnd(followType(plane.transport, "proxy-2", resourceTypes.endpoint.typeUrl, refuse));
      await tab.show(width, scheme);
      await sees(tab, "4 of 4 healthy");
      for (const view of ["Services", "Clients", "Map", "Changes"]) {
        await click(tab, view);
        await tab.evaluate("for (const each of document.querySelectorAll('details')) each.open = true");
        await new Promise((resolve) => setTimeout(resolve, 300));
        const found = await tab.violations();
        const folder = join(root, ".cache/e2e/page");
        mkdirSync(folder, { recursive: true });
        writeFileSync(join(folder, `${view.toLowerCase()}-${width}-${scheme}.png`), await tab.picture());
        expect(found).toEqual([]);
        expect(await tab.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
      }
    });
  });
});
