import { readFileSync, writeSync } from "node:fs";
import { isatty } from "node:tty";
import type { CodeGeneratorRequest } from "@bufbuild/protobuf/wkt";
import { optimizeLater } from "./optimize-later.js";
import { describe, type OptionTable } from "./options.js";
import { PluginError } from "./plugin-error.js";
import { readRequest, readWholeRequest } from "./read-request.js";
import { type Plugin, respond } from "./respond.js";

/**
 * Runs a plugin as protoc and buf expect it: a CodeGeneratorRequest on standard input, the response on standard output.
 * The response contains any errors in the schema or the options. Exit code 1 means that there was no request to answer.
 *
 * @example
 * #!/usr/bin/env node
 * import { runPlugin } from "@protoloom/plugin-kit";
 * import { plugin } from "./plugin.js";
 *
 * runPlugin(plugin);
 */
export function runPlugin<T extends OptionTable, X>(plugin: Plugin<T, X>): void {
  optimizeLater();
  try {
    if (process.argv.length > 2) showHelp(plugin);
    else
      for (const piece of respond(plugin, requestFromInput(plugin.wholeRequest ? readWholeRequest : readRequest)))
        writeOut(piece);
  } catch (e) {
    process.stderr.write(`${plugin.name}: ${e instanceof PluginError ? e.message : (e as Error).stack}\n`);
    process.exitCode = 1;
  }
}

function showHelp<T extends OptionTable, X>(plugin: Plugin<T, X>): void {
  const short = plugin.name.replace("protoc-gen-", "");
  const asked = process.argv[2] ?? "";
  if (asked === "--version" || asked === "-v") return void process.stdout.write(`${plugin.version}\n`);
  const isHelp = asked === "--help" || asked === "-h";
  if (!isHelp) process.exitCode = 1;
  (isHelp ? process.stdout : process.stderr).write(
    `${isHelp ? "" : `unexpected argument "${asked}"\n\n`}${plugin.name} ${plugin.version}: a plugin that protoc and buf run.\n\n` +
      `  protoc --${short}_out=gen --${short}_opt=OPTION=VALUE x.proto\n\nOptions:\n${describe({ ...plugin.aboutOthers, ...plugin.options })}\n`,
  );
}

const starters = "protoc and buf start this program, see --help";

function requestFromInput(read: typeof readRequest): CodeGeneratorRequest {
  // process.stdin would make the pipe non-blocking, and reading would then fail while protoc or buf is still writing
  if (isatty(0)) throw new PluginError("expected a CodeGeneratorRequest on standard input; see --help");
  const bytes = readIn();
  if (bytes.length === 0) {
    throw new PluginError(`expected a CodeGeneratorRequest on standard input, got nothing; ${starters}`);
  }
  try {
    return read(bytes);
  } catch (e) {
    throw new PluginError(
      `expected a CodeGeneratorRequest on standard input, got ${bytes.length} bytes that do not parse as one: ` +
        `${(e as Error).message}; ${starters}`,
    );
  }
}

function readIn(): Uint8Array {
  try {
    return readFileSync(0);
  } catch (e) {
    throw new PluginError(`cannot read standard input: ${(e as Error).message}`);
  }
}

function writeOut(bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(1, bytes, at);
    } catch (e) {
      if ((e as NodeJS.ErrnoException).code === "EAGAIN") continue; // a full non-blocking pipe
      throw new PluginError(`cannot write to standard output: ${(e as Error).message}`);
    }
  }
}
