/**
 * Writes the pages of the site into `src/content/docs`, which is not committed: with a title and a description in front,
 * without the first heading, and with links that lead to pages of the site or to the repository.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { pages } from "./pages.mjs";
import { root } from "./reference/load.mjs";

const content = join(import.meta.dirname, "src/content/docs");
const { homepage } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const repository = homepage.replace(/#.*/, "");
/** Slugs by the file that links lead to. */
const slugs = new Map(pages.flatMap(({ source, file = source, slug }) => (file === undefined ? [] : [[file, slug]])));

rmSync(content, { recursive: true, force: true });
for (const page of pages) {
  const text = page.make === undefined ? readFileSync(join(root, page.source), "utf8") : await page.make();
  write(page.slug, pageOf(page, text));
}
write("index", withLinks(readFileSync(join(import.meta.dirname, "home.md"), "utf8"), "", "docs/site/home.md"));

function write(slug, text) {
  const file = join(content, `${slug}.md`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

function pageOf({ slug, source, file = source, label }, text) {
  const [, title] = /^# (.*)$/m.exec(text) ?? [];
  if (title === undefined) throw new Error(`${source ?? slug} has no heading of the first level`);
  const body = text.replace(/^# .*\n+/m, "");
  const front = {
    title: title.replaceAll("`", ""),
    description: descriptionOf(body),
    editUrl: source === undefined ? false : `${repository}/edit/main/${source}`,
    ...(label === undefined ? {} : { sidebar: { label } }),
  };
  const lines = Object.entries(front).map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
  return `---\n${lines.join("\n")}\n---\n\n${file === undefined ? body : withLinks(body, slug, file)}`;
}

/** The anchor of a file's first heading, which is the title of its page. */
function titleAnchorOf(file) {
  const path = join(root, file);
  const [, title = ""] =
    (file.endsWith(".md") && existsSync(path) && /^# (.*)$/m.exec(readFileSync(path, "utf8"))) || [];
  return title
    .toLowerCase()
    .replace(/[^\w\- ]/g, "")
    .replaceAll(" ", "-");
}

/** The first paragraph, as plain text. */
function descriptionOf(body) {
  const paragraph = body.split(/\n\n+/).find((part) => /^[\w`]/.test(part)) ?? "";
  return paragraph
    .replaceAll("\n", " ")
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/[`*]/g, "");
}

/** Rewrites relative links outside of code. Throws if one leads nowhere. */
function withLinks(body, slug, source) {
  return body
    .split(/(^```[\s\S]*?^```$)/m)
    .map((part, i) => (i % 2 === 1 ? part : part.replace(/\]\((?![a-z]+:)([^)\s]+)\)/g, (_, to) => `](${linkTo(to)})`)))
    .join("");

  function linkTo(target) {
    const [path, anchor] = target.split("#");
    const file = path === "" ? source : posix.join(posix.dirname(source), path).replace(/\/$/, "");
    const suffix = anchor === undefined ? "" : anchor === titleAnchorOf(file) ? "#_top" : `#${anchor}`;
    if (path === "") return suffix;
    if (slugs.has(file)) return `${posix.relative(`/${slug}`, `/${slugs.get(file)}`)}/${suffix}`;
    if (!existsSync(join(root, file))) throw new Error(`${source}: the link ${target} leads nowhere`);
    return `${repository}/blob/main/${file}${suffix}`;
  }
}
