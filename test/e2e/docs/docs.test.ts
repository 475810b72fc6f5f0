/** The documentation site as `npm run docs` builds it: its links, its pages in a browser at two widths, its search. */
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, extname, join, relative } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { withTab } from "../browser/chromium.js";
import type { Tab } from "../browser/tab.js";
import { PROVISION_MS, root, runTool } from "../provision.js";

const site = join(root, "docs/site/dist");
/** Pictures to look at, with PICTURES=1 in the environment. */
const pictures = join(root, ".cache/e2e/docs");

/** One of each kind of page, which are measured and drawn. */
const kinds = {
  home: "",
  start: "start/",
  guide: "guides/oneofs/",
  long: "guides/messages/",
  table: "from/google-protobuf/",
  options: "reference/options/",
  rules: "reference/rules/",
  exports: "reference/exports/rpc/",
  diagram: "architecture/",
  benchmarks: "performance/",
};

const variants = [
  [390, "light"],
  [390, "dark"],
  [1280, "light"],
  [1280, "dark"],
] as const;

let server: Server;
let tab: Tab;
let closeTab: () => void;
let closed: Promise<void>;
let base: string;
let pages: string[];

beforeAll(async () => {
  await runTool(process.execPath, ["scripts/docs.mjs"], { missing: "run npm run docs to see why", cwd: root });
  pages = readdirSync(site, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".html"));
  mkdirSync(pictures, { recursive: true });
  server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url!, "http://localhost").pathname);
    const file = join(site, path.endsWith("/") ? `${path}index.html` : path);
    if (!file.startsWith(site) || !existsSync(file) || statSync(file).isDirectory()) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { "content-type": types[extname(file)] ?? "application/octet-stream" });
    response.end(readFileSync(file));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  await new Promise<void>((opened, failed) => {
    const work = (each: Tab): Promise<void> => {
      tab = each;
      opened();
      return new Promise((resolve) => (closeTab = resolve));
    };
    closed = withTab(work);
    closed.catch(failed);
  });
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}, PROVISION_MS);

afterAll(async () => {
  closeTab();
  await closed;
  await new Promise((resolve) => server.close(resolve));
});

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

test("every link leads to a page and, if it names one, to a heading", () => {
  const ids = new Map(pages.map((page) => [page, new Set(matches(textOf(page), /\sid="([^"]+)"/g))]));
  const dead = pages.flatMap((page) =>
    matches(textOf(page), /\shref="([^"]+)"/g)
      .filter((href) => !/^(?:https?:|mailto:|data:)/.test(href))
      .filter((href) => !leadsSomewhere(page, href.replaceAll("&#38;", "&"), ids))
      .map((href) => `${page}: ${href}`),
  );
  expect(pages.length).toBeGreaterThan(50);
  expect(dead).toEqual([]);
});

test("llms.txt names the site and leads to all of its text", () => {
  const text = readFileSync(join(site, "llms.txt"), "utf8");
  expect(text).toContain("# Protoloom");
  for (const file of matches(text, /\]\(https?:\/\/[^/)]+\/([^)]+)\)/g))
    expect(existsSync(join(site, file))).toBe(true);
  expect(readFileSync(join(site, "llms-full.txt"), "utf8")).toContain("satisfies never");
});

describe.each(variants)("at a width of %i, %s", (width, scheme) => {
  test.each(Object.entries(kinds))("the page %s is as wide as its screen, and accessible", async (name, path) => {
    await tab.show(width, scheme);
    await tab.open(`${base}${path}`);
    await until("document.readyState === 'complete' && !document.querySelector('pre[data-language=mermaid]')");
    await setTimeout(300); // the theme's transitions
    if (process.env.PICTURES) writeFileSync(join(pictures, `${name}-${width}-${scheme}.png`), await tab.picture());
    const wanted = await tab.evaluate<number>("document.documentElement.scrollWidth");
    expect(wanted).toBeLessThanOrEqual(width); // a scroll bar takes some of it
    expect(await tab.violations()).toEqual([]);
  });
});

test("axe finds nothing on any page", async () => {
  await tab.show(1280, "light");
  const wrong: string[] = [];
  for (const page of pages) {
    await tab.open(`${base}${page}`);
    await until("document.readyState === 'complete' && !document.querySelector('pre[data-language=mermaid]')");
    await setTimeout(300);
    for (const each of await tab.violations()) wrong.push(`${page}: ${each}`);
  }
  expect(wrong).toEqual([]);
}, 600_000);

test("no page has logged an error", () => {
  expect(tab.errors).toEqual([]);
});

test("the search finds a page without a server of its own", async () => {
  await tab.show(1280, "light");
  await tab.open(base);
  await until("document.querySelector('site-search input')");
  await tab.evaluate("document.querySelector('site-search button').click()");
  await tab.evaluate("document.querySelector('site-search input').focus()");
  await tab.press(..."satisfies");
  await until("document.querySelector('site-search .pagefind-ui__result-link')");
  const link = "document.querySelector('site-search .pagefind-ui__result-link').getAttribute('href')";
  expect(await tab.evaluate<string>(link)).toContain("guides/oneofs/");
});

async function until(condition: string): Promise<void> {
  for (const end = Date.now() + 30_000; Date.now() < end; await setTimeout(50)) {
    if (await tab.evaluate<boolean>(`Boolean(${condition})`)) return;
  }
  throw new Error(`30 s passed without ${condition}:\n${tab.errors.join("\n")}`);
}

const textOf = (page: string): string => readFileSync(join(site, page), "utf8");

const matches = (text: string, pattern: RegExp): string[] => Array.from(text.matchAll(pattern), ([, first]) => first!);

function leadsSomewhere(page: string, href: string, ids: ReadonlyMap<string, ReadonlySet<string>>): boolean {
  const [path, anchor] = href.split("#") as [string, string?];
  const target = path === "" ? join(site, page) : join(path.startsWith("/") ? site : dirname(join(site, page)), path);
  const file = path === "" || extname(target) !== "" ? target : join(target, "index.html");
  if (!existsSync(file)) return false;
  if (anchor === undefined || anchor === "") return true;
  return ids.get(relative(site, file))?.has(decodeURIComponent(anchor)) ?? false;
}
