import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { fromBinary } from "@bufbuild/protobuf";
import { CodeGeneratorResponseSchema } from "@bufbuild/protobuf/wkt";
import { respond } from "@protoloom/plugin-kit";
import { protocGenEnvoy } from "../../../plugins/protoc-gen-envoy/src/plugin.js";
import { requestFor, type Sources } from "../compile.js";

export const root: string = join(dirname(fileURLToPath(import.meta.url)), "../../..");

const includes = [
  join(root, "plugins/protoc-gen-envoy/proto"),
  join(root, "node_modules/@grpc/grpc-js-xds/deps/googleapis"),
];

export interface Generated {
  readonly error: string;
  readonly files: Readonly<Record<string, string>>;
}

/** Runs the plugin on proto sources, in this process. `more` are folders of imports. */
export function generate(sources: Sources, parameter: string, more: readonly string[] = []): Generated {
  const pieces = [...respond(protocGenEnvoy, { ...compiled(sources, more), parameter })];
  const { error, file } = fromBinary(CodeGeneratorResponseSchema, Buffer.concat(pieces));
  return { error, files: Object.fromEntries(file.map(({ name, content }) => [name, content])) };
}

/** Starting protoc takes longer than all else, and most tests have the same proto. */
const requests = new Map<string, ReturnType<typeof requestFor>>();

function compiled(sources: Sources, more: readonly string[]): ReturnType<typeof requestFor> {
  const key = JSON.stringify([sources, more]);
  const request = requests.get(key) ?? requestFor(sources, "", [...more, ...includes]);
  requests.set(key, request);
  return request;
}

/**
 * Runs the plugin on a folder: its shop.proto, or that beside this file; its deployment.yaml and service_config.json, and
 * the options in its file `options`, or others.
 */
export function generateFolder(folder: string, other?: string): Generated {
  const here = dirname(fileURLToPath(import.meta.url));
  const proto = existsSync(join(folder, "shop.proto")) ? folder : here;
  const inputs = Object.entries({ deployment: "deployment.yaml", service_config: "service_config.json" })
    .filter(([, file]) => existsSync(join(folder, file)))
    .map(([option, file]) => `${option}=${fromRoot(join(folder, file))}`);
  const options = other ?? (existsSync(join(folder, "options")) ? textOf(join(folder, "options")).trim() : "");
  return generate({ "shop.proto": textOf(join(proto, "shop.proto")) }, [...inputs, options].join(","));
}

/** A path below the root as tests start there: errors name files as the options do. */
export function fromRoot(path: string): string {
  return relative(process.cwd(), path);
}

export function textOf(path: string): string {
  return readFileSync(path, "utf8");
}
