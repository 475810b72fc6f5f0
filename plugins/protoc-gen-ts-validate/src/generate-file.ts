import type { DescFile, DescMessage } from "@bufbuild/protobuf";
import { nestedTypes } from "@bufbuild/protobuf/reflect";
import {
  fieldValue,
  type GeneratedFile,
  headOf,
  isShipped,
  literal,
  locate,
  targets,
  verbatim,
} from "@protoloom/plugin-kit";
import manifest from "../package.json" with { type: "json" };
import { InvalidExpression, Uncompilable } from "./cel/error.js";
import type { Target } from "./cel/target.js";
import { checkBody, indent } from "./check-body.js";
import { Expressions } from "./expressions.js";
import type { Options } from "./options.js";
import { checkName, constantCode, Output, publicNames, tableName } from "./output.js";
import { Ignore, type RuleReader } from "./rules.js";

const generator = `protoc-gen-ts-validate v${manifest.version}`;

/** The fate of a message's own rules. */
export type Outcome =
  | { readonly kind: "code"; readonly isEmpty: boolean }
  /** The official library checks it, for this reason. */
  | { readonly kind: "library"; readonly reason: string }
  | { readonly kind: "invalid"; readonly reason: string };

/** The rules of a request's files, and the code that checks them. */
export class Rules {
  private readonly reader: RuleReader;
  private readonly options: Options;
  private readonly dry: Expressions;
  private readonly outcomes = new Map<DescMessage, Outcome>();
  private readonly withRules = new Map<DescMessage, boolean>();

  constructor(reader: RuleReader, options: Options) {
    this.reader = reader;
    this.options = options;
    this.dry = new Expressions(reader, nowhere(options));
  }

  /** The messages of a file that have rules: their own, or those of a message in one of their fields. */
  messagesOf(file: DescFile): DescMessage[] {
    const messages = [...nestedTypes(file)].filter((type) => type.kind === "message");
    return messages.filter((message) => this.hasRules(message));
  }

  private hasRules(message: DescMessage): boolean {
    let known = this.withRules.get(message);
    if (known === undefined) {
      // Messages refer to each other in circles: all that can be reached are looked at, each once.
      known = [...reachable(message, this.reader)].some((each) => {
        const outcome = this.outcomeOf(each);
        return outcome.kind !== "code" || !outcome.isEmpty;
      });
      this.withRules.set(message, known);
    }
    return known;
  }

  /** Compiles the own rules of a message once to see whether that works. */
  outcomeOf(message: DescMessage): Outcome {
    let outcome = this.outcomes.get(message);
    if (outcome === undefined) {
      outcome = isShipped(message.file) ? { kind: "code", isEmpty: true } : this.tryOut(message);
      this.outcomes.set(message, outcome);
    }
    return outcome;
  }

  private tryOut(message: DescMessage): Outcome {
    try {
      const lines = this.bodyOf(message, nowhere(this.options), this.dry, () => undefined);
      return { kind: "code", isEmpty: lines.length === 0 };
    } catch (e) {
      const reason = (e as Error).message.replace(/\s+/g, " ");
      if (e instanceof InvalidExpression) return { kind: "invalid", reason };
      if (e instanceof Uncompilable) return { kind: "library", reason };
      throw e;
    }
  }

  private bodyOf(
    message: DescMessage,
    target: Target,
    expressions: Expressions,
    check: (message: DescMessage) => string | undefined,
  ): string[] {
    return checkBody(message, {
      target,
      reader: this.reader,
      expressions,
      isLegacyRequired: this.options.legacy_required === "true",
      check,
    });
  }

  /** Generates the checks of one proto file: one file, or two for target=js. */
  generate(file: DescFile, generating: ReadonlySet<DescFile>, parameter: string): GeneratedFile[] {
    const messages = this.messagesOf(file);
    if (messages.length === 0 && this.options.keep_empty_files === "false") return [];
    return targets[this.options.target].map((language) => {
      const out = new Output(file, language, generating, this.options);
      const expressions = new Expressions(this.reader, out, this.dry);
      for (const message of messages) this.emitMessage(out, message, expressions);
      if (messages.length === 0) out.print("export {};");
      else emitTable(out, messages);
      out.printConstants();
      const head = headOf(file, generator, parameter, this.options.ts_nocheck === "false");
      return { name: out.name, content: out.toBytes(head) };
    });
  }

  private emitMessage(out: Output, message: DescMessage, expressions: Expressions): void {
    const { validate, assert } = publicNames(message);
    const check = checkName(message);
    const type = out.shapeType(message);
    const about = `Checks the rules of ${message.typeName}.`;
    if (out.target === "dts") {
      out.print(`/** ${about} Returns what breaks them, in the order of the fields. */`);
      out.print(`export declare function ${validate}(message: ${type}): ${out.runtimeType("Violation")}[];`);
      out.print(`/** ${about} Throws a ValidationError if any is broken. */`);
      out.print(`export declare function ${assert}(message: ${type}): void;`);
      out.print(`export declare function ${check}(m: ${type}, c: ${out.runtimeType("Checks")}): void;`);
      out.print();
      return;
    }
    out.print(`/** ${about} Returns what breaks them, in the order of the fields. */`);
    out.print(
      `export function ${validate}(message«: ${type}»)«: ${out.runtimeType("Violation")}[]» { return ${out.runtime("violationsOf")}(${check}, message); }`,
    );
    out.print(`/** ${about} Throws a ValidationError if any is broken. */`);
    out.print(
      `export function ${assert}(message«: ${type}»)«: void» { ${out.runtime("assertValid")}(${check}, message); }`,
    );
    const lines = indent(this.linesOf(out, message, expressions));
    const isUsed = (name: string): boolean => lines.some((line) => new RegExp(`\\b${name}\\b`).test(line));
    const [m, c] = ["m", "c"].map((name) => (isUsed(name) ? name : `_${name}`));
    out.print(`export function ${check}(${m}«: ${type}», ${c}«: ${out.runtimeType("Checks")}»)«: void» {`);
    for (const line of lines) out.print(line);
    out.print("}");
    out.print();
  }

  /** Whether the fields of a message, and of those in it, are of the types that they have in protobuf-es. */
  private isPlain(message: DescMessage): boolean {
    const fields = [...reachable(message, this.reader)].flatMap((each) => each.fields);
    return fields.every((field) => !["time", "name"].includes(fieldValue(field, this.options).adapter));
  }

  private linesOf(out: Output, message: DescMessage, expressions: Expressions): string[] {
    const outcome = this.outcomeOf(message);
    switch (outcome.kind) {
      case "code":
        return this.bodyOf(message, out, expressions, (nested) =>
          this.hasRules(nested) ? out.check(nested) : undefined,
        );
      case "library":
        return [
          `// not compiled: ${verbatim(outcome.reason)}`,
          `${out.library(this.isPlain(message))}(${out.schema(message)}, m, c);`,
        ];
      case "invalid":
        return [`throw new ${out.runtime("CompilationError")}(${literal(`${locate(message)}: ${outcome.reason}`)});`];
    }
  }
}

/** The table by which interceptors find the check of a message. */
function emitTable(out: Output, messages: readonly DescMessage[]): void {
  const name = tableName(out.file);
  const type = out.indexType("Validators");
  out.print(`/** The checks of ${verbatim(out.file.proto.name)}, by the names of messages. */`);
  if (out.target === "dts") return void out.print(`export declare const ${name}: ${type};\n`);
  out.print(`export const ${name}«: ${type}» = {`);
  for (const message of messages) {
    const key = literal(message.typeName);
    const isProto = message.typeName === "__proto__"; // which would set the prototype
    out.print(`  ${isProto ? `[${key}]` : key}: ${publicNames(message).validate},`);
  }
  out.print("};");
  out.print();
}

/** The messages that a check of a message comes to, itself included. */
function reachable(message: DescMessage, reader: RuleReader, seen: Set<DescMessage> = new Set()): Set<DescMessage> {
  if (seen.has(message)) return seen;
  seen.add(message);
  for (const field of message.fields) {
    if (field.message !== undefined && reader.ofField(field)?.ignore !== Ignore.Always)
      reachable(field.message, reader, seen);
  }
  return seen;
}

/** A target for trying out. */
function nowhere(fields: Options): Target {
  const hoist = (): string => "$";
  return {
    fields,
    runtime: (name) => name,
    json: (name) => name,
    enumNames: ({ name }) => name,
    re2: (name) => name,
    hoist,
    constant: (value) => constantCode(value, hoist),
  };
}
