/** The order in which files reach Envoy: nothing is named before it is there, nothing goes away while it is named. */
import { expect, test } from "@jest/globals";
import { type Files, stepsBetween } from "../../cli/src/envoy/publish.js";

const files = (cluster: string, more: Files = {}): Files => ({
  "bootstrap.yaml": "node: { id: a }\n",
  "listeners.yaml": "resources: [{ name: public }]\n",
  "clusters.yaml": `version_info: ${cluster}\nresources: [{ name: ${cluster} }]\n`,
  "routes/public.yaml": `resources: [{ name: public, cluster: ${cluster} }]\n`,
  [`endpoints/${cluster}.yaml`]: "resources: []\n",
  ...more,
});

test("a cluster gets another name", () => {
  const steps = stepsBetween(files("c"), files("cx"));
  expect(
    steps.map(({ write, remove }) => [...Object.keys(write), ...remove.map((name) => `-${name}`)].join(" ")),
  ).toEqual(["endpoints/cx.yaml", "clusters.yaml", "routes/public.yaml", "clusters.yaml", "-endpoints/c.yaml"]);
  expect(steps[1]!.write["clusters.yaml"]).toMatch(/name: cx\n[\s\S]*name: c\n/);
  expect(steps[3]!.write["clusters.yaml"]).toBe(files("cx")["clusters.yaml"]);
});

test("a new listener has its routes before it comes", () => {
  const after = files("c", {
    "listeners.yaml": "resources: [{ name: public }, { name: b }]\n",
    "routes/b.yaml": "x\n",
  });
  expect(stepsBetween(files("c"), after).map(({ about }) => about)).toEqual(["routes of new listeners", "listeners"]);
});

test("nothing is done where nothing has changed, and a bootstrap is never removed", () => {
  expect(stepsBetween(files("c"), files("c"))).toEqual([]);
  const { "bootstrap.yaml": _, ...rest } = files("c");
  expect(stepsBetween(files("c"), rest)).toEqual([]);
});
