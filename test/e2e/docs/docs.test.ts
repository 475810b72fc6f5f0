/** The documentation site as `npm run docs` builds it: its links, its pages in a browser at two widths, its search. */
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, extname, join, relative } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { type FileDescriptorProto, FileDescriptorProtoSchema, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { startCompiler } from "../../../docs/playground/src/compiler.js";
import { compile } from "../../plugins/compile.js";
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
  if (!process.env.DOCS_BUILT)
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

describe("the playground", () => {
  const editor = (label: string): string => `document.querySelector('[aria-label="${label}"]')`;
  const contains = (text: string, of = "#view"): string =>
    `document.querySelector('${of}').textContent.includes(${JSON.stringify(text)})`;
  const settled = "document.querySelector('#view[aria-busy=false]')";

  async function open(view: string): Promise<void> {
    await until(`document.querySelector('#tab-${view}')`);
    await tab.evaluate(`document.querySelector('#tab-${view}').click()`);
    await until(`document.querySelector('#tab-${view}[aria-selected=true]')`);
    await until(settled);
  }

  /** Replaces the text of an editor. */
  async function type(label: string, text: string): Promise<void> {
    await tab.evaluate(`${editor(label)}.focus(), getSelection().selectAllChildren(${editor(label)})`);
    await setTimeout(100); // CodeMirror reads the selection in its own time
    await tab.insert(text);
    await setTimeout(300); // until the page has asked its worker
    await until(settled);
  }

  test("compiles as protoc does, with the same bytes", async () => {
    const folder = join(site, "playground");
    await import(join(folder, "wasm_exec.js"));
    const compileProtos = await startCompiler(new Blob([readFileSync(join(folder, "compiler.bin"))]).stream());
    const protos = join(root, "test/protos");
    const names = readdirSync(protos, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".proto"));
    const sources = Object.fromEntries(names.map((name) => [name, readFileSync(join(protos, name), "utf8")]));
    // the compiler's limit: see docs/playground/compiler
    const known = names.filter((name) => !/^edition = "20(?:2[4-9]|[3-9])/m.test(sources[name]!));
    const shipped = JSON.parse(readFileSync(join(folder, "imports.json"), "utf8")) as Record<string, string>;
    const { problems, descriptors } = compileProtos({ ...shipped, ...sources }, known);
    expect(problems.filter(({ severity }) => severity === "error")).toEqual([]);
    const wanted = new Map(compile(Object.fromEntries(known.map((name) => [name, sources[name]!]))).map(plain));
    const found = fromBinary(FileDescriptorSetSchema, descriptors!).file.map(plain);
    expect(found.length).toBeGreaterThan(20);
    for (const [name, bytes] of found) expect([name, bytes]).toEqual([name, wanted.get(name)]);
  });

  function plain(file: FileDescriptorProto): [name: string, bytes: string] {
    const bytes = toBinary(FileDescriptorProtoSchema, { ...file, sourceCodeInfo: undefined });
    return [file.name, Buffer.from(bytes).toString("hex")];
  }

  beforeAll(async () => {
    await tab.show(1280, "light");
    await tab.open(`${base}playground/`);
    await until(settled);
  });

  const proto = (price: string): string =>
    `syntax = "proto3";\npackage books.v1;\nmessage Book {\n  string title = 1;\n  ${price} price = 2;\n}\n` +
    "service Shelf {\n  rpc Put(Book) returns (Book);\n}\n";

  test("generates code from a proto that is typed", async () => {
    await type("The schema", proto("int32"));
    await until(contains("export class Book"));
    await until("[...document.querySelectorAll('.files button')].some((each) => each.textContent === 'order_grpc.ts')");
  });

  test("tells the line of a mistake, and takes it back", async () => {
    await type("The schema", proto("int23"));
    await until(contains("5:3: field books.v1.Book.price: unknown type int23", ".problems"));
    await until("document.querySelector('.source .cm-lintRange-error')?.textContent === 'int23'");
    await type("The schema", proto("int32"));
    await until("document.querySelectorAll('.problems li').length === 0");
  });

  test("explains the bytes of a message, by pointer and by keyboard", async () => {
    await open("bytes");
    await type("The message as JSON", '{ "title": "On bytes", "price": 300 }');
    await until(contains("13 bytes"));
    await until(contains("field 1, length-delimited: string title"));
    await tab.evaluate("document.querySelector('.hex button').focus()");
    await tab.press("ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight");
    await until(contains("300", ".meaning"));
    expect(await tab.evaluate("document.activeElement.textContent")).toBe("ac 02");
  });

  test("shows what a change breaks, by a value that is read wrongly", async () => {
    await open("compatibility");
    await type("The old version of the schema", proto("sint32"));
    await until(contains("breaking", ".verdict"));
    await until("document.querySelector('.change.error .witness')");
    await until(contains("sint32 price = 2", ".change.error"));
  });

  test("draws the routes of a deployment file, and tells what is wrong with one", async () => {
    await open("envoy");
    const cluster = "clusters: { shelf: { endpoints: [{ address: 10.0.0.1:50051 }] } }\n";
    const listener = "listeners: { public: { address: 0.0.0.0:8080 } }\n";
    await type("The deployment file", `${listener}services: { books.v1.Shelf: { cluster: shelf } }\n${cluster}`);
    await until("document.querySelector('iframe.routes')?.srcdoc.includes('books.v1.Shelf')");
    await type("The deployment file", `${listener}services: { books.v1.Shelf: { cluster: self } }\n${cluster}`);
    await until(contains("deployment.yaml:2:"));
  });

  test("is shared by its address, which no server sees", async () => {
    await tab.evaluate("document.querySelector('.share button').click()");
    await until("location.hash.startsWith('#v1=')");
    const address = await tab.evaluate<string>("location.href");
    await tab.open("about:blank");
    await tab.open(address);
    await until("document.querySelector('#tab-envoy[aria-selected=true]')");
    await until(`${editor("The schema")}?.textContent.includes("message Book")`);
  });

  test.each(variants)("fits at a width of %i, %s, and axe finds nothing in any view", async (width, scheme) => {
    await tab.show(width, scheme, 2400); // a frame below the fold would not be drawn
    await tab.open("about:blank");
    await tab.open(`${base}playground/`);
    for (const view of ["code", "bytes", "compatibility", "envoy"]) {
      await open(view);
      await setTimeout(300);
      if (process.env.PICTURES)
        writeFileSync(join(pictures, `playground-${view}-${width}-${scheme}.png`), await tab.picture());
      expect(await tab.evaluate<number>("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
      expect(await tab.violations()).toEqual([]);
    }
  });

  test("has logged no error", () => {
    expect(tab.errors).toEqual([]);
  });
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
