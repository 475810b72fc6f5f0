import { fail, ProtobufError } from "../error.js";
import type { JsonObject } from "./value.js";

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

/** For a field that is there under its proto name: fails when it is there under its JSON name too. */
export function onlyOnce(json: JsonObject, jsonName: string): void {
  if (Object.hasOwn(json, jsonName)) fail(`set multiple times, as "${jsonName}" too`);
}

/** For a field of a oneof: fails when another field of it came before. */
export function readOneofOnce(seen: string, name: string): string {
  return seen === "" ? name : fail(`oneof set multiple times, by ${seen} and ${name}`);
}

export function nullItem(): never {
  return fail("list item must not be null");
}

export function nullEntry(): never {
  return fail("map value must not be null");
}
