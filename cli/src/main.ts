import { optimizeLater, own } from "@protoloom/plugin-kit";
import manifest from "../package.json" with { type: "json" };
import { checkCommand } from "./check.js";

const commands: Readonly<Record<string, { readonly about: string; run(args: string[]): number }>> = {
  check: { about: "compare protos with a baseline; exit code 100 if something breaks", run: checkCommand },
};

optimizeLater();

const [name = "", ...args] = process.argv.slice(2);
const command = own(commands, name);
if (name === "--version" || name === "-v") {
  process.stdout.write(`${manifest.version}\n`);
} else if (command === undefined) {
  const isHelp = name === "--help" || name === "-h";
  const list = Object.entries(commands).map(([each, { about }]) => `  protoloom ${each.padEnd(10)} ${about}`);
  const wrong = isHelp || name === "" ? "" : `unknown command ${JSON.stringify(name)}\n\n`;
  (isHelp ? process.stdout : process.stderr).write(`${wrong}Commands:\n${list.join("\n")}\n`);
  process.exitCode = isHelp ? 0 : 1;
} else {
  process.exitCode = command.run(args);
}
