/** `npm run new -- compat-rule NAME | envoy-check NAME`: writes and registers the initial files of a rule or check. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { exitOnFailure, root } from "./run.mjs";
import { scaffold } from "./scaffold.mjs";

await exitOnFailure(() => {
  const [kind, name] = process.argv.slice(2);
  const { texts, next } = scaffold(kind, name, read);
  for (const [path, text] of texts) {
    console.log(`${existsSync(join(root, path)) ? "changed" : "wrote  "} ${path}`);
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  console.log(`\nNext:\n${next.map((line) => `  ${line}`).join("\n")}`);
});

function read(path) {
  return existsSync(join(root, path)) ? readFileSync(join(root, path), "utf8") : undefined;
}
