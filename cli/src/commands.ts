import { checkCommand } from "./check.js";
import { checkOptions } from "./check-options.js";
import type { Command } from "./command.js";
import { completionsCommand, completionsOptions, shells } from "./completions/completions.js";
import { bootstrap, controlPlane, controlPlaneOptions } from "./control-plane.js";
import { envoyCommand, envoyOptions } from "./envoy/envoy.js";
import { routeCommand, routeOptions } from "./envoy/route.js";
import { generateCommand, generateOptions } from "./generate.js";
import { migrate, migrateOptions } from "./migrate.js";
import { newCommand, newOptions } from "./new/new.js";
import { reviewCommand } from "./review/review.js";

export const commands: Readonly<Record<string, Command>> = {
  new: {
    about: "write a new project: protos, code, tests and a gate",
    options: newOptions,
    run: (args) => newCommand(args),
  },
  generate: {
    about: "generate code with buf or protoc and the plugins of this project",
    options: generateOptions,
    run: generateCommand,
  },
  check: {
    about: "compare protos with a baseline; exit code 100 if something breaks",
    options: checkOptions,
    run: (args) => checkCommand(args),
  },
  review: {
    about: "check, and comment in the pull or merge request that CI runs for",
    options: checkOptions,
    run: reviewCommand,
  },
  "control-plane": {
    about: "start the discovery service and the registry",
    options: () => controlPlaneOptions("control-plane"),
    run: controlPlane,
  },
  envoy: {
    about: "publish files for Envoy in a safe order; show what a change does to traffic",
    words: ["publish", "diff"],
    options: envoyOptions,
    run: envoyCommand,
  },
  route: {
    about: "show where Envoy sends a request, and which line decides it",
    options: routeOptions,
    run: routeCommand,
  },
  bootstrap: {
    about: "print the bootstrap configuration of Envoy or a gRPC client",
    words: ["envoy", "grpc"],
    options: () => controlPlaneOptions("bootstrap"),
    run: bootstrap,
  },
  migrate: {
    about: "move a project from another protobuf library; exit code 100 if places are left",
    options: migrateOptions,
    run: migrate,
  },
  completions: {
    about: "print the completions for bash, zsh, fish or PowerShell",
    words: Object.keys(shells),
    options: completionsOptions,
    run: (args) => completionsCommand(args, commands),
  },
};
