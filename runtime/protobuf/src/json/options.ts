import { fail } from "../error.js";
import type { Registry } from "./registry.js";

/** Options for reading JSON. */
export interface JsonReadOptions {
  /** Skip keys that are no field of the message, and names that are no value of the enum, instead of failing. */
  ignoreUnknownFields?: boolean | undefined;
  /** Where google.protobuf.Any and extensions find their types. */
  registry?: Registry | undefined;
  /** How deep messages may nest; 100 when not given. */
  recursionLimit?: number | undefined;
}

/** Options for writing a JSON value. */
export interface JsonWriteOptions {
  /** Write fields with implicit presence, lists and maps also when they are zero or empty. */
  alwaysEmitImplicit?: boolean | undefined;
  /** Write enum values as numbers instead of names. */
  enumAsInteger?: boolean | undefined;
  /** Write field names as in the proto file instead of in lowerCamelCase. */
  useProtoFieldName?: boolean | undefined;
  /** Where google.protobuf.Any and extensions find their types. */
  registry?: Registry | undefined;
}

/** Options for writing JSON text. */
export interface JsonWriteStringOptions extends JsonWriteOptions {
  /** The number of spaces of each level of indentation, at most 10; 0, the default, writes one line. */
  prettySpaces?: number | undefined;
}

const DEFAULT_RECURSION_LIMIT = 100;

/** The state of one read: the options with their defaults, and the depth reached. `readContext` makes it. */
export class JsonReadContext implements JsonReadOptions {
  readonly ignoreUnknownFields: boolean;
  readonly registry: Registry | undefined;
  readonly recursionLimit: number;
  depth: number;

  constructor(options: JsonReadOptions | undefined) {
    this.ignoreUnknownFields = options?.ignoreUnknownFields ?? false;
    this.registry = options?.registry;
    this.recursionLimit = options?.recursionLimit ?? DEFAULT_RECURSION_LIMIT;
    this.depth = 0;
  }
}

/** The options of one write with their defaults. `writeContext` makes it. */
export class JsonWriteContext implements JsonWriteOptions {
  readonly alwaysEmitImplicit: boolean;
  readonly enumAsInteger: boolean;
  readonly useProtoFieldName: boolean;
  readonly registry: Registry | undefined;
  /** How many messages google.protobuf.Any are being written, each in the one before. */
  anys: number;

  constructor(options: JsonWriteOptions | undefined) {
    this.alwaysEmitImplicit = options?.alwaysEmitImplicit ?? false;
    this.enumAsInteger = options?.enumAsInteger ?? false;
    this.useProtoFieldName = options?.useProtoFieldName ?? false;
    this.registry = options?.registry;
    this.anys = 0;
  }
}

/** The context for these options. One that is a context already, as Any hands on, continues with its depth. */
export function readContext(options: JsonReadOptions | undefined): JsonReadContext {
  return options instanceof JsonReadContext ? options : new JsonReadContext(options);
}

const writeDefaults: JsonWriteContext = /* @__PURE__ */ new JsonWriteContext(undefined);

/** The context for these options. */
export function writeContext(options: JsonWriteOptions | undefined): JsonWriteContext {
  if (options === undefined) return writeDefaults;
  return options instanceof JsonWriteContext ? options : new JsonWriteContext(options);
}

/** Starts a nested message; its reader ends it with `o.depth--`. Fails past the recursion limit. */
export function enter(o: JsonReadContext): void {
  if (++o.depth > o.recursionLimit) fail(`maximum recursion depth of ${o.recursionLimit} reached`);
}
