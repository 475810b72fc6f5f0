import type { Message } from "@bufbuild/protobuf";
import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";

/** A binding of google.api.http: an HTTP request form that a server accepts for an RPC. */
export interface HttpBinding {
  /** GET, PUT, POST, DELETE, PATCH, or a custom verb. */
  readonly verb: string;
  readonly path: string;
  readonly body: string;
  readonly responseBody: string;
}

/** google.api.http, the extension of MethodOptions. */
export const HTTP_OPTION = 72295728;

/** Verbs by their field in google.api.HttpRule (google/api/http.proto). */
const verbs: Readonly<Record<number, string>> = { 2: "GET", 3: "PUT", 4: "POST", 5: "DELETE", 6: "PATCH" };
const BODY = 7;
const CUSTOM = 8;
const ADDITIONAL_BINDINGS = 11;
const RESPONSE_BODY = 12;

/** The bindings of an RPC, with the primary one first. Empty without the option. */
export function httpBindings(options: Message | undefined): HttpBinding[] {
  return (options?.$unknown ?? [])
    .filter(({ no, wireType }) => no === HTTP_OPTION && wireType === WireType.LengthDelimited)
    .flatMap(({ data }) => readRule(new BinaryReader(data).bytes()));
}

function readRule(bytes: Uint8Array): HttpBinding[] {
  const reader = new BinaryReader(bytes);
  const rule = { verb: "", path: "", body: "", responseBody: "" };
  const additional: HttpBinding[] = [];
  while (reader.pos < reader.len) {
    const [number, wire] = reader.tag();
    const verb = verbs[number];
    if (wire !== WireType.LengthDelimited) reader.skip(wire, number);
    else if (verb !== undefined) Object.assign(rule, { verb, path: reader.string() });
    else if (number === BODY) rule.body = reader.string();
    else if (number === RESPONSE_BODY) rule.responseBody = reader.string();
    else if (number === CUSTOM) Object.assign(rule, readCustom(reader.bytes()));
    else if (number === ADDITIONAL_BINDINGS) additional.push(...readRule(reader.bytes()));
    else reader.skip(wire, number);
  }
  return [...(rule.path === "" ? [] : [rule]), ...additional];
}

function readCustom(bytes: Uint8Array): { verb: string; path: string } {
  const reader = new BinaryReader(bytes);
  const custom = { verb: "", path: "" };
  while (reader.pos < reader.len) {
    const [number, wire] = reader.tag();
    if (number === 1) custom.verb = reader.string();
    else if (number === 2) custom.path = reader.string();
    else reader.skip(wire, number);
  }
  return custom;
}

export function showBinding({ verb, path, body }: HttpBinding): string {
  return `${verb} ${path}${body === "" ? "" : ` with body ${body}`}`;
}

/** Whether the other binding accepts every request of this binding, with the same meaning. */
export function accepts(other: HttpBinding, binding: HttpBinding): boolean {
  return (
    other.verb === binding.verb &&
    other.body === binding.body &&
    other.responseBody === binding.responseBody &&
    acceptsPath(parsePath(other.path), parsePath(binding.path))
  );
}

interface Segment {
  /** A literal, `*` for one segment, or `**` for any number of segments. */
  readonly match: string;
  /** The field that the segment is bound to. A variable with several segments binds each of them. */
  readonly field: string;
}

/** The segments of a path template and its verb: "/v1/{name=shelves/*}/books:list" (google/api/http.proto). */
function parsePath(path: string): { segments: readonly Segment[]; custom: string } {
  const [, template = path, custom = ""] = /^(.*?)(:[^/{}]*)?$/.exec(path) ?? [];
  const segments: Segment[] = [];
  for (const [part, field, inner] of template.matchAll(/\{([^}=]+)(?:=([^}]*))?\}|[^/{}]+/g)) {
    if (field === undefined) segments.push({ match: part, field: "" });
    else for (const match of (inner ?? "*").split("/")) segments.push({ match, field });
  }
  return { segments, custom };
}

function acceptsPath(other: ReturnType<typeof parsePath>, path: ReturnType<typeof parsePath>): boolean {
  if (other.custom !== path.custom) return false;
  const match = (i: number, j: number): boolean => {
    const [wide, narrow] = [other.segments[i], path.segments[j]];
    if (wide === undefined || narrow === undefined) return wide === narrow;
    if (wide.field !== narrow.field && narrow.field !== "") return false;
    if (wide.match === "**") return match(i + 1, j + 1) || match(i, j + 1);
    const isIn = narrow.match === wide.match || (wide.match === "*" && narrow.match !== "**");
    return isIn && match(i + 1, j + 1);
  };
  return match(0, 0);
}
