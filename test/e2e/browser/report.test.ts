/** The page of `protoloom check --format html` in a browser: its width on a phone and on a desk, and its filters. */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { parseImage } from "../../../plugins/protoc-gen-compat/src/baseline/image.js";
import { formats } from "../../../plugins/protoc-gen-compat/src/formats/index.js";
import { gate } from "../../../plugins/protoc-gen-compat/src/gate.js";
import { defaultPolicy } from "../../../plugins/protoc-gen-compat/src/policy/policy.js";
import { corpus } from "../../compat/corpus.mjs";
import { PROVISION_MS, root } from "../provision.js";
import { withPage } from "./chromium.js";

const axe = readFileSync(join(root, "node_modules/axe-core/axe.min.js"));
const widths = [390, 1280];
const counts = [5, 500];

interface Seen {
  readonly count: number;
  readonly width: number;
  /** How wide the page is with everything unfolded and shown. */
  readonly wanted: number;
  /** The findings that show: at first, with compatible ones, and with one surface only; and those that concern it. */
  readonly first: number;
  readonly all: number;
  readonly binary: number;
  readonly withBinary: number;
  /** The controls that the keyboard cannot reach, or that have no name. */
  readonly unreachable: readonly string[];
  /** The findings of axe for those who cannot see, or use a keyboard. Not looked for in the long page. */
  readonly wrong: readonly string[];
}

/** Loads each page in a frame of each width, measures it and reports. Runs in the browser. */
const script = `
const seen = [];
for (const count of ${JSON.stringify(counts)}) for (const width of ${JSON.stringify(widths)}) {
  const frame = document.body.appendChild(Object.assign(document.createElement("iframe"), { src: "/" + count }));
  frame.style = "width:" + width + "px;height:800px;border:0";
  await new Promise((resolve) => (frame.onload = resolve));
  const page = frame.contentDocument;
  const find = (selector) => [...page.querySelectorAll(selector)];
  const shown = () => find("main details").filter((each) => each.getClientRects().length > 0).length;
  const first = shown();
  find("#show-info")[0].click();
  const all = shown();
  find("#on-binary")[0].click();
  const binary = shown();
  find("#on-any")[0].click();
  for (const each of find("details")) each.open = true;
  const controls = find("a,input,summary").filter((each) => each.tabIndex < 0 || !(each.textContent || each.closest("label")?.textContent.trim()));
  const unreachable = controls.map((each) => each.outerHTML);
  const wrong = [];
  if (count < 100) {
    const axe = page.head.appendChild(Object.assign(page.createElement("script"), { src: "/axe.js" }));
    await new Promise((resolve) => (axe.onload = resolve));
    const { violations } = await frame.contentWindow.axe.run(page);
    for (const { id, nodes } of violations) wrong.push(id + ": " + nodes[0].html);
  }
  const withBinary = find("main details.binary").length;
  seen.push({ count, width, wanted: page.documentElement.scrollWidth, first, all, binary, withBinary, unreachable, wrong });
}
await fetch("/seen", { method: "POST", body: JSON.stringify(seen) });
`;

let server: Server;
let seen: readonly Seen[];

beforeAll(async () => {
  const pages = new Map(counts.map((count) => [`/${count}`, pageOf(count)]));
  let tell!: (seen: Promise<string>) => void;
  const told = new Promise<string>((resolve) => (tell = resolve));
  server = createServer((request, response) => {
    if (request.url === "/seen") tell(text(request));
    const isScript = request.url === "/axe.js";
    response.setHeader("content-type", isScript ? "text/javascript" : "text/html");
    if (isScript) return void response.end(axe);
    response.end(pages.get(request.url!) ?? `<body><script type="module">${script}</script></body>`);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  await withPage(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, async () => {
    seen = JSON.parse(await told);
  });
}, PROVISION_MS);

afterAll(() => {
  server?.closeAllConnections();
  server?.close();
});

/** The report of the corpus, cut or repeated to a number of findings. */
function pageOf(count: number): string {
  const [previous, next] = [corpus.images.before, corpus.images.after].map((file) =>
    parseImage(readFileSync(file), file),
  );
  const report = gate([{ name: "before", image: previous! }], next!, { policy: defaultPolicy, seed: 1 });
  const compatible = report.entries.filter(({ finding }) => finding.severity === "info");
  const entries = [...compatible.slice(0, 1), ...report.entries];
  return formats.html!.format({
    ...report,
    entries: Array.from({ length: count }, (_, i) => entries[i % entries.length]!),
  });
}

test("every page was seen", () => expect(seen).toHaveLength(counts.length * widths.length));

describe.each(counts)("%i findings", (count) => {
  test.each(widths)("fit into %i pixels, and can be filtered and reached by keyboard", (width) => {
    const page = seen.find((each) => each.count === count && each.width === width)!;
    expect(page.wanted).toBeLessThanOrEqual(width);
    expect(page.first).toBeLessThan(count);
    expect(page.all).toBe(count);
    expect(page.binary).toBe(page.withBinary);
    expect(page.withBinary).toBeLessThan(count);
    expect(page.unreachable).toEqual([]);
    expect(page.wrong).toEqual([]);
  });
});
