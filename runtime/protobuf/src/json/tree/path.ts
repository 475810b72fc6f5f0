import { ProtobufError } from "../../error.js";

/** The fault in JSON and the path to it, which grows as the error passes through the readers. */
export class PathError extends ProtobufError {
  private readonly steps: string[] = [];

  add(step: string): this {
    this.steps.push(step);
    return this;
  }

  /** The path from the root. A very long path (deep recursion) is cut in the middle. */
  path(): string {
    const steps = this.steps.slice().reverse();
    return (steps.length > 16 ? [...steps.slice(0, 8), "…", ...steps.slice(-8)] : steps).join(".");
  }
}

/** Extends the error's path by the key, and by the index or map key within it. */
export function atKey(e: unknown, key: string, index = -1, mapKey = ""): unknown {
  if (!(e instanceof ProtobufError) || key === "") return e;
  const error = e instanceof PathError ? e : new PathError(e.message);
  const inside = index >= 0 ? `[${index}]` : mapKey === "" ? "" : `[${JSON.stringify(mapKey)}]`;
  return error.add(key + inside);
}
