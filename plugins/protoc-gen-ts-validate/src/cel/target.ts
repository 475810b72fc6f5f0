import type { DescEnum } from "@bufbuild/protobuf";
import type { FieldTypeOptions } from "@protoloom/plugin-kit";
import type { Constant } from "./type.js";

/** Where compiled code goes: how it refers to the runtime, and where it puts constants. */
export interface Target {
  /** How protoc-gen-ts was told to represent fields. */
  readonly fields: FieldTypeOptions;
  /** A function of the runtime, imported. */
  runtime(name: string): string;
  /** An object of the JSON runtime of messages, imported: for times that are no messages. */
  json(name: string): string;
  /** The object that represents the values of an enum by names, imported from the enum's file. */
  enumNames(type: DescEnum): string;
  /** A function of the runtime's entry for RE2, imported. */
  re2(name: string): string;
  /**
   * A constant of the module, declared once for each key. `initializer` is called if the constant is used in the end, so that
   * nothing is imported in vain.
   */
  hoist(key: string, initializer: () => string): string;
  /** The code of a constant, declared once if it is an object. */
  constant(value: Constant): string;
}
