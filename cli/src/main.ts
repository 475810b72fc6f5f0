import { optimizeLater, own } from "@protoloom/plugin-kit";
import manifest from "../package.json" with { type: "json" };
import { checkCommand } from "./check.js";
import { bootstrap, controlPlane } from "./control-plane.js";
import { envoyCommand } from "./envoy/envoy.js";
import { routeCommand } from "./envoy/route.js";
import { nearest } from "./nearest.js";
import { reviewCommand } from "./review/review.js";

interface Command {
  readonly about: string;
  run(args: string[]): number | Promise<number>;
}

const commands: Readonly<Record<string, Command>> = {
  check: {
    about: "compare protos with a baseline; exit code 100 if something breaks",
    run: (args) => checkCommand(args),
  },
  review: { about: "check, and comment in the pull or merge request that CI runs for", run: reviewCommand },
  "control-plane": { about: "start the discovery service and the registry", run: controlPlane },
  envoy: { about: "publish files for Envoy in order; say what a change does to its traffic", run: envoyCommand },
  route: { about: "say where a request goes through Envoy, and which line causes it", run: routeCommand },
  bootstrap: { about: "print what Envoy or a gRPC client is started with", run: bootstrap },
};

optimizeLater();

const [name = "", ...args] = process.argv.slice(2);
const asked = name === "help" ? own(commands, args[0] ?? "") : undefined;
const command = asked ?? own(commands, name);
if (name === "--version" || name === "-v") {
  process.stdout.write(`${manifest.version}\n`);
} else if (command === undefined) {
  const isHelp = name === "--help" || name === "-h" || name === "help";
  const list = Object.entries(commands).map(([each, { about }]) => `  protoloom ${each.padEnd(14)} ${about}`);
  const meant = nearest(name, Object.keys(commands));
  const hint = meant === undefined ? "" : `: did you mean ${meant}?`;
  const wrong = isHelp || name === "" ? "" : `unknown command ${JSON.stringify(name)}${hint}\n\n`;
  (isHelp ? process.stdout : process.stderr).write(`${wrong}Commands:\n${list.join("\n")}\n`);
  process.exitCode = isHelp ? 0 : 1;
} else {
  process.exitCode = await command.run(asked === undefined ? args : ["--help"]);
}
