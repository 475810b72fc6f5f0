import { fromBinary, maximumEdition, minimumEdition } from "@bufbuild/protobuf";
import {
  type CodeGeneratorRequest,
  type CodeGeneratorResponse,
  CodeGeneratorResponseSchema,
} from "@bufbuild/protobuf/wkt";
import type { FileInfo, createEcmaScriptPlugin as protoplugin, Target } from "@bufbuild/protoplugin";
import type { OptionTable } from "../options.js";
import { PluginError } from "../plugin-error.js";
import { type GeneratedFile, type Plugin, respond } from "../respond.js";
import { ecmaScriptOptions, toEcmaScriptOptions } from "./options.js";
import { EcmaScriptSchema } from "./schema.js";

/** The init of protoplugin's `createEcmaScriptPlugin`, plus a table of the plugin's options for `--help`. */
export type EcmaScriptPluginInit<Options extends object> = Parameters<typeof protoplugin<Options>>[0] & {
  readonly optionTable?: OptionTable;
};

/** Runs like any protoplugin plugin. With `runPlugin`, it takes less time and memory. */
export interface EcmaScriptPlugin<Options extends object> extends Plugin<typeof ecmaScriptOptions, Options> {
  /** Answers a request. The response contains any errors in the schema or the options. */
  run(request: CodeGeneratorRequest): CodeGeneratorResponse;
}

/**
 * Creates a plugin that writes TypeScript, JavaScript or declarations. It takes the same init as protoplugin's function of
 * this name and gives the same output. One difference: it does not contain the TypeScript compiler, so a plugin that
 * writes JavaScript or declarations must define `generateJs` and `generateDts`, or `transpile`.
 *
 * @example
 * runPlugin(
 *   createEcmaScriptPlugin({
 *     name: "protoc-gen-paths",
 *     version: "v1",
 *     generateTs(schema) {
 *       for (const file of schema.files) {
 *         const f = schema.generateFile(`${file.name}_paths.ts`);
 *         f.preamble(file);
 *         for (const service of file.services) f.print(f.export("const", service.name), " = ", f.string(service.typeName), ";");
 *       }
 *     },
 *   }),
 * );
 */
export function createEcmaScriptPlugin<Options extends object = object>(
  init: EcmaScriptPluginInit<Options>,
): EcmaScriptPlugin<Options> {
  const plugin: Plugin<typeof ecmaScriptOptions, Options> = {
    name: init.name,
    version: init.version,
    options: ecmaScriptOptions,
    parseOthers: init.parseOptions,
    aboutOthers: init.optionTable,
    editions: { minimum: init.minimumEdition ?? minimumEdition, maximum: init.maximumEdition ?? maximumEdition },
    wholeRequest: true,
    generate(request) {
      const options = Object.assign(toEcmaScriptOptions(request.options), request.others);
      return generate(init, new EcmaScriptSchema<Options>(request, options, init));
    },
  };
  return {
    ...plugin,
    run: (request) => fromBinary(CodeGeneratorResponseSchema, Buffer.concat([...respond(plugin, request)])),
  };
}

/** Generates all targets. Transpiles to those that the plugin has no function for. */
function* generate<Options extends object>(
  init: EcmaScriptPluginInit<Options>,
  schema: EcmaScriptSchema<Options>,
): Generator<GeneratedFile> {
  const generators = { ts: init.generateTs, js: init.generateJs, dts: init.generateDts };
  const missing = schema.targets.filter((target) => generators[target] === undefined);
  const { transpile } = init;
  if (missing.length > 0 && transpile === undefined) throw new PluginError(cannotWrite(init, missing, schema.targets));

  const isTs = schema.targets.includes("ts");
  if (isTs || missing.length > 0) run(schema, "ts", init.generateTs);
  const sources = missing.length > 0 ? [...schema.finish()] : [];
  if (schema.targets.includes("js")) run(schema, "js", init.generateJs);
  if (schema.targets.includes("dts")) run(schema, "dts", init.generateDts);

  const hidden = new Set(isTs ? [] : sources.map(({ name }) => name));
  for (const file of schema.finish()) if (!hidden.has(file.name)) yield withPreamble(file);
  if (transpile === undefined || missing.length === 0) return;
  const { jsImportStyle } = schema.options;
  yield* transpile(sources, missing.includes("js"), missing.includes("dts"), jsImportStyle).map(withPreamble);
}

function run<Options extends object, T extends Target>(
  schema: EcmaScriptSchema<Options>,
  target: T,
  generateTarget: ((schema: EcmaScriptSchema<Options>, target: T) => void) | undefined,
): void {
  schema.target = target;
  generateTarget?.(schema, target);
}

function withPreamble({ name, content, preamble }: FileInfo): GeneratedFile {
  return { name, content: preamble === undefined ? content : `${preamble}\n${content}` };
}

function cannotWrite(
  init: { readonly name: string; readonly generateJs?: unknown; readonly generateDts?: unknown },
  missing: readonly Target[],
  targets: readonly Target[],
): string {
  const possible = ["ts", ...(init.generateJs ? ["js"] : []), ...(init.generateDts ? ["dts"] : [])];
  const found = targets.join("+") + (targets.join("+") === ecmaScriptOptions.target.default ? ", the default" : "");
  return `cannot write ${missing.join(" and ")}: ${init.name} generates ${possible.join(" and ")}; expected target=${possible.join("+")}, got ${found}`;
}
