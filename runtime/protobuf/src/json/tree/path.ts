import { ProtobufError } from "../../error.js";

/** What is wrong with JSON, and the path to it, which grows as the error leaves the readers of the messages. */
export class PathError extends ProtobufError {
  private readonly steps: string[] = [];

  add(step: string): this {
    this.steps.push(step);
    return this;
  }

  /** The path from the root; a very long one (deep recursion) is cut in the middle. */
  path(): string {
    const steps = this.steps.slice().reverse();
    return (steps.length > 16 ? [...steps.slice(0, 8), "…", ...steps.slice(-8)] : steps).join(".");
  }
}

/** The error with the key, and the index or map key in it, at which it happened. */
export function atKey(e: unknown, key: string, index = -1, mapKey = ""): unknown {
  if (!(e instanceof ProtobufError) || key === "") return e;
  const error = e instanceof PathError ? e : new PathError(e.message);
  const inside = index >= 0 ? `[${index}]` : mapKey === "" ? "" : `[${JSON.stringify(mapKey)}]`;
  return error.add(key + inside);
}
