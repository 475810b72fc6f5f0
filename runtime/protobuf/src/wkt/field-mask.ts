import type { FieldMaskShape } from "@protoloom/protobuf/json";
import { FieldMask } from "./gen/google/protobuf/field_mask_pb.js";

// Set operations on google.protobuf.FieldMask. A path covers itself and everything below it: "a" covers "a.b". The path
// "*" covers everything (AIP-134). Arguments may be plain objects; results are in canonical form.

/** A mask of these paths, unchanged: proto names joined by dots. */
export function fieldMaskFromPaths(paths: Iterable<string>): FieldMask {
  return new FieldMask({ paths: [...paths] });
}

/** The mask in canonical form: sorted, without empty paths, and without paths that another one covers. */
export function fieldMaskNormalize(mask: FieldMaskShape): FieldMask {
  return canonical(mask.paths);
}

/** The union: paths that at least one of the masks covers. */
export function fieldMaskUnion(...masks: FieldMaskShape[]): FieldMask {
  return canonical(masks.flatMap((mask) => mask.paths));
}

/** The intersection: paths that both masks cover. That of "a" and "a.b" is "a.b". */
export function fieldMaskIntersect(a: FieldMaskShape, b: FieldMaskShape): FieldMask {
  const inA = new Set(a.paths);
  const inB = new Set(b.paths);
  return canonical([
    ...a.paths.filter((path) => isCovered(path, inB)),
    ...b.paths.filter((path) => isCovered(path, inA)),
  ]);
}

/** The paths of a that b does not cover. "a" minus "a.b" is still "a", because the other fields in it are not known. */
export function fieldMaskSubtract(a: FieldMaskShape, b: FieldMaskShape): FieldMask {
  const inB = new Set(b.paths);
  return canonical(a.paths.filter((path) => !isCovered(path, inB)));
}

/** The descriptor to look paths up in, such as a DescMessage of @bufbuild/protobuf (OrderSchema). */
export interface FieldMaskTarget {
  /** Its fields: their proto names, and the schemas of those that are messages. */
  readonly fields: readonly {
    readonly name: string;
    readonly fieldKind: string;
    readonly message?: FieldMaskTarget | undefined;
  }[];
}

/** Whether every path names a field of the message: `fieldMaskIsValid(mask, OrderSchema)`. */
export function fieldMaskIsValid(mask: FieldMaskShape, schema: FieldMaskTarget): boolean {
  return mask.paths.every((path) => path === "*" || isPath(path.split("."), schema));
}

function isPath([name, ...below]: string[], schema: FieldMaskTarget): boolean {
  const field = schema.fields.find((f) => f.name === name);
  if (field === undefined || below.length === 0) return field !== undefined;
  return field.fieldKind === "message" && field.message !== undefined && isPath(below, field.message);
}

function canonical(paths: readonly string[]): FieldMask {
  const all = new Set(paths);
  all.delete("");
  if (all.has("*")) return new FieldMask({ paths: ["*"] });
  return new FieldMask({ paths: [...all].filter((path) => !isCovered(parentOf(path), all)).sort() });
}

/** Whether the set has the path, one above it, or "*". The empty path is in no set. */
function isCovered(path: string, set: ReadonlySet<string>): boolean {
  for (let p = path; p !== ""; p = parentOf(p)) {
    if (set.has(p)) return true;
  }
  return path !== "" && set.has("*");
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf(".")));
}
