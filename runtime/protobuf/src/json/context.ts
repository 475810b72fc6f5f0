import { fail } from "../error.js";
import type { JsonReadOptions, JsonWriteOptions, Registry } from "./options.js";

const DEFAULT_RECURSION_LIMIT = 100;

/** The state of one read: the options with their defaults, and the depth reached. `readContext` makes it. */
export class JsonReadContext implements JsonReadOptions {
  declare readonly ignoreUnknownFields: boolean;
  declare readonly registry: Registry | undefined;
  declare readonly recursionLimit: number;
  declare depth: number;

  constructor(options: JsonReadOptions | undefined) {
    this.ignoreUnknownFields = options?.ignoreUnknownFields ?? false;
    this.registry = options?.registry;
    this.recursionLimit = options?.recursionLimit ?? DEFAULT_RECURSION_LIMIT;
    this.depth = 0;
  }
}

/** The options of one write with their defaults. `writeContext` makes it. */
export class JsonWriteContext implements JsonWriteOptions {
  declare readonly alwaysEmitImplicit: boolean;
  declare readonly enumAsInteger: boolean;
  declare readonly useProtoFieldName: boolean;
  declare readonly registry: Registry | undefined;
  /** Whether a google.protobuf.Any of a type that is not known is written as its bytes: for JSON.stringify. */
  declare readonly isAnyOpaque: boolean;
  /** How many google.protobuf.Any are being written, each nested in the last. */
  declare anys: number;

  constructor(options: JsonWriteOptions | undefined, isAnyOpaque = false) {
    this.alwaysEmitImplicit = options?.alwaysEmitImplicit ?? false;
    this.enumAsInteger = options?.enumAsInteger ?? false;
    this.useProtoFieldName = options?.useProtoFieldName ?? false;
    this.registry = options?.registry;
    this.isAnyOpaque = isAnyOpaque;
    this.anys = 0;
  }
}

/**
 * The context for these options. If they are already a context, as when an Any passes them on, it continues at its
 * depth.
 */
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
