/** The page of the checks that protoc-gen-envoy makes. Each is shown on the deployment file of its test. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { load, root } from "./load.mjs";
import { fenced } from "./markdown.mjs";

const folder = join(root, "test/plugins/protoc-gen-envoy/diagnostics");

export async function checksPage() {
  const { checks } = await load("plugins/protoc-gen-envoy/src/checks/index.ts");
  const parts = checks.map(({ id, why, fix }) => `## ${id}\n\n${why} ${fix}\n\n${exampleOf(id)}`);
  return `# Checks for Envoy

protoc-gen-envoy refuses a deployment that Envoy would reject, or that would not do what it says. Every check is below, with a
file that it refuses and the message.

${parts.join("\n")}`;
}

function exampleOf(id) {
  const failing = join(folder, id, "failing");
  const files = readdirSync(failing).filter((name) => /\.(proto|yaml|json)$/.test(name));
  const shown = files.map((name) => {
    const language = name.split(".").at(-1);
    const comment = language === "json" ? "" : `${language === "yaml" ? "#" : "//"} ${name}\n`;
    return fenced(language, comment + readFileSync(join(failing, name), "utf8"));
  });
  const expected = join(failing, "expected.txt");
  if (existsSync(expected)) shown.push(fenced("text", readFileSync(expected, "utf8")));
  return shown.join("\n");
}
