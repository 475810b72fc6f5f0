/** The page that explains a large configuration, as a browser shows it: on phones, laptops and large screens, light and dark. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, jest, test } from "@jest/globals";
import { generate } from "../../plugins/protoc-gen-envoy/generate.js";
import { withTab } from "../browser/chromium.js";
import { largeSystem } from "../large-system.js";
import { root } from "../provision.js";
import { Workplace } from "./envoy.js";

jest.setTimeout(120_000);

const workplace = new Workplace();
afterAll(() => workplace.remove());

interface Seen {
  /** How far the page is wider than its window. */
  readonly beyond: number;
  /** Texts of the picture that lie on each other. */
  readonly overlaps: readonly string[];
  /** Labels that a line is drawn over. */
  readonly crossed: number;
  readonly hasPicture: boolean;
  readonly rows: number;
  readonly open: number;
}

const look = `(() => {
  const texts = [...document.querySelectorAll("svg text")].map((text) => ({ text: text.textContent, box: text.getBoundingClientRect() }));
  const overlaps = texts.flatMap((a, i) => texts.slice(i + 1).filter((b) =>
    a.box.left < b.box.right - 1 && b.box.left < a.box.right - 1 && a.box.top < b.box.bottom - 2 && b.box.top < a.box.bottom - 2,
  ).map((b) => a.text + " / " + b.text));
  const lines = [...document.querySelectorAll("svg path")];
  const crossed = [...document.querySelectorAll("svg .label")].filter((label) =>
    lines.some((line) => label.compareDocumentPosition(line) & Node.DOCUMENT_POSITION_FOLLOWING));
  const shown = [...document.querySelectorAll("main tr")].filter((row) => row.checkVisibility());
  return {
    beyond: document.documentElement.scrollWidth - innerWidth,
    overlaps,
    crossed: crossed.length,
    hasPicture: document.querySelector("svg").checkVisibility(),
    rows: shown.length,
    open: document.querySelectorAll("main details[open]").length,
  };
})()`;

const search = (words: string) => `(() => {
  const search = document.getElementById("search");
  search.value = ${JSON.stringify(words)};
  search.dispatchEvent(new Event("input"));
  return [...document.querySelectorAll("main details")].filter((section) => !section.hidden).map((section) => section.id);
})()`;

/** Empties the search, shows the defaults, and opens the contents, a listener, a service and a cluster. */
const everything = `(() => {
  const [search, defaults] = ["search", "defaults"].map((id) => document.getElementById(id));
  search.value = "";
  search.dispatchEvent(new Event("input"));
  defaults.click();
  for (const id of ["listener-web", "service-large.orders.v1.service1-on-web", "cluster-orders"])
    document.getElementById(id).open = true;
  document.querySelector("nav details").open = true;
})()`;

test("30 services and 318 methods behind three listeners are readable", async () => {
  const { protos, deployment } = largeSystem();
  workplace.write({ "deployment.yaml": deployment([8080, 8081, 8082], [50051, 50052]) });
  const options = `deployment=${join(workplace.folder, "deployment.yaml")},explain=true`;
  const { error, files } = generate(protos, options);
  expect(error).toBe("");
  workplace.write({ "envoy.html": files["envoy.html"]! });
  const pictures = join(root, ".cache/e2e/explain");
  mkdirSync(pictures, { recursive: true });
  await withTab(async (tab) => {
    for (const [width, scheme] of [
      [390, "light"],
      [390, "dark"],
      [1280, "light"],
      [1280, "dark"],
      [1920, "light"],
      [1920, "dark"],
    ] as const) {
      await tab.show(width, scheme);
      await tab.open(`file://${join(workplace.folder, "envoy.html")}`);
      await tab.evaluate("new Promise((resolve) => setTimeout(resolve, 300))");
      const seen = await tab.evaluate<Seen>(look);
      expect([width, scheme, seen.beyond <= 0, seen.overlaps]).toEqual([width, scheme, true, []]);
      expect([seen.crossed, seen.hasPicture]).toEqual([0, true]);
      expect(seen.rows).toBe(0); // folded
      writeFileSync(join(pictures, `${width}-${scheme}.png`), await tab.picture());
      const found = await tab.evaluate<string[]>(search("GetThing Service30"));
      expect(found.length).toBeGreaterThan(0);
      expect(found.every((id) => id.includes("service30"))).toBe(true);
      const filtered = await tab.evaluate<Seen>(look);
      expect([filtered.beyond <= 0, filtered.rows > 0, filtered.hasPicture]).toEqual([true, true, false]);
      writeFileSync(join(pictures, `${width}-${scheme}-found.png`), await tab.picture());
      await tab.evaluate(everything);
      const all = await tab.evaluate<Seen>(look);
      expect([all.beyond <= 0, all.rows > filtered.rows, all.hasPicture]).toEqual([true, true, true]);
      writeFileSync(join(pictures, `${width}-${scheme}-all.png`), await tab.picture());
    }
    expect(tab.errors).toEqual([]);
  });
});
