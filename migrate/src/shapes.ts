import { type DescField, ScalarType } from "@bufbuild/protobuf";
import { namesOf } from "@protoloom/plugin-kit";
import type { ts } from "ts-morph";
import type { FileRewrite } from "./file-rewrite.js";

const longs: ReadonlySet<ScalarType> = new Set([
  ScalarType.INT64,
  ScalarType.UINT64,
  ScalarType.SINT64,
  ScalarType.FIXED64,
  ScalarType.SFIXED64,
]);

/** Whether a field, or the elements of a list or map, have 64 bits. */
export function isLong(field: DescField): boolean {
  return field.scalar !== undefined && longs.has(field.scalar);
}

/** The condition that a member of a oneof is set: `order.payment.case === "card"`. `isPartial` if the oneof may be missing. */
export function caseIs(base: string, field: DescField, isOptional: boolean, isPartial: boolean = false): string {
  const dot = isOptional ? "?." : ".";
  return `${base}${dot}${field.oneof!.localName}${isPartial ? "?." : "."}case === "${field.localName}"`;
}

/** The value of a oneof whose case is known. */
export function caseValue(base: string, field: DescField): string {
  return `${base}.${field.oneof!.localName}.value`;
}

/** The value of an unset field in peers: zero, empty, or undefined for a message. `node` is where it is written. */
export function zeroOf(field: DescField, file: FileRewrite, node: ts.Node): string {
  switch (field.fieldKind) {
    case "list":
      return "[]";
    case "map":
      return "{}";
    case "message":
      return "undefined";
    case "enum": {
      const [first] = field.enum.values;
      const name = file.imports.refer(
        node,
        { desc: field.enum, as: "shape" },
        namesOf(field.enum.file).shape(field.enum),
        false,
      );
      return name === undefined ? String(first!.number) : `${name}.${first!.localName}`;
    }
    case "scalar":
      return zeroOfScalar(field, file);
  }
}

function zeroOfScalar(field: DescField & { readonly fieldKind: "scalar" }, { world }: FileRewrite): string {
  switch (field.scalar) {
    case ScalarType.STRING:
      return '""';
    case ScalarType.BOOL:
      return "false";
    case ScalarType.BYTES:
      return "new Uint8Array()";
    default:
      if (!isLong(field)) return "0";
      if (field.parent.typeName.startsWith("google.protobuf.")) return "0n";
      return { number: "0", string: '"0"', bigint: "0n" }[world.options.int64 ?? "bigint"];
  }
}
