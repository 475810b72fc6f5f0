import { optimizeLater, own } from "@protoloom/plugin-kit";
import manifest from "../package.json" with { type: "json" };
import { commands } from "./commands.js";
import { nearest } from "./nearest.js";

optimizeLater();

const [name = "", ...args] = process.argv.slice(2);
const isHelp = name === "--help" || name === "-h" || name === "help";
const asked = isHelp ? args[0] : name;
const command = own(commands, asked ?? "");
if (name === "--version" || name === "-v") {
  process.stdout.write(`${manifest.version}\n`);
} else if (command === undefined) {
  const isFine = isHelp && asked === undefined;
  const list = Object.entries(commands).map(([each, { about }]) => `  protoloom ${each.padEnd(14)} ${about}`);
  const meant = nearest(asked ?? "", Object.keys(commands));
  const hint = meant === undefined ? "" : `: did you mean ${meant}?`;
  const wrong = isFine || name === "" ? "" : `unknown command ${JSON.stringify(asked)}${hint}\n\n`;
  const text = `${wrong}Commands:\n${list.join("\n")}\n\nprotoloom help COMMAND explains one, protoloom --version prints the version.\n`;
  (isFine ? process.stdout : process.stderr).write(text);
  process.exitCode = isFine ? 0 : 1;
} else {
  process.exitCode = await command.run(isHelp ? ["--help"] : args);
}
