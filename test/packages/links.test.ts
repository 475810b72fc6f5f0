/** Every relative link of every page in the repository leads to a file, and to a heading if it names one. */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "@jest/globals";

const root = join(import.meta.dirname, "../..");
const isText = (path: string): boolean => /\.md$/.test(path) && !/\/(golden|expected|fixtures)\//.test(path);
const pages = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
  cwd: root,
  encoding: "utf8",
})
  .split("\n")
  .filter((path) => isText(path) && existsSync(join(root, path)));

describe("links", () => {
  test.each(pages)("%s", (page) => {
    const text = readFileSync(join(root, page), "utf8").replace(/^```[\s\S]*?^```$/gm, "");
    const targets = Array.from(text.matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g), ([, target]) => target!);
    expect(targets.filter((target) => !leadsSomewhere(page, target))).toEqual([]);
  });

  test.each(pages)("%s has a text in every head of a table", (page) => {
    const heads = readFileSync(join(root, page), "utf8").matchAll(/^(\|.*\|)\n\|[-:| ]+\|$/gm);
    expect(Array.from(heads, ([, head]) => head!).filter((head) => /\|\s*\|/.test(head))).toEqual([]);
  });

  test("an anchor that is not there is found", () => {
    expect(leadsSomewhere("README.md", "CONTRIBUTING.md#set-up")).toBe(true);
    expect(leadsSomewhere("README.md", "CONTRIBUTING.md#nowhere")).toBe(false);
    expect(leadsSomewhere("docs/support.md", "CONTRIBUTING.md")).toBe(false);
  });
});

test("the page on the architecture names every package", () => {
  const text = readFileSync(join(root, "docs/architecture.md"), "utf8");
  const folders = ["runtime", "plugins"].flatMap((folder) =>
    readdirSync(join(root, folder)).map((name) => `${folder}/${name}`),
  );
  for (const folder of [...folders, "control-plane", "migrate", "cli", "create"])
    expect(text).toContain(`| \`${folder}\` |`);
});

function leadsSomewhere(page: string, target: string): boolean {
  const [path, anchor] = target.split("#") as [string, string?];
  const file = path === "" ? join(root, page) : join(root, dirname(page), path);
  if (!existsSync(file)) return false;
  return anchor === undefined || headingsOf(readFileSync(file, "utf8")).includes(anchor);
}

/** As GitHub names them: lower case, without punctuation, spaces as hyphens. */
function headingsOf(text: string): string[] {
  const headings = text.replace(/^```[\s\S]*?^```$/gm, "").matchAll(/^#+ (.*)$/gm);
  return Array.from(headings, ([, heading]) =>
    heading!
      .toLowerCase()
      .replace(/[^\w\- ]/g, "")
      .replaceAll(" ", "-"),
  );
}
