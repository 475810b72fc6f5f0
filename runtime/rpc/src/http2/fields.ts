import * as FieldKind from "./field-kind.js";

// The rules for fields of requests, responses and trailers (RFC 9113, section 8). A field of a table is checked once.

/** A name and a value, with one character for each byte. */
export class Field {
  readonly name: string;
  readonly value: string;
  /** One of field-kind.ts. */
  readonly kind: number;

  /** `kind` is the kind of a field with this name, if it is known: then only the value is checked. */
  constructor(name: string, value: string, kind: number | undefined = undefined) {
    this.name = name;
    this.value = value;
    if (kind === FieldKind.Regular && name !== "te") this.kind = isValue(value) ? kind : FieldKind.Forbidden;
    else this.kind = kindOf(name, value);
  }

  /** Its size in a table and for limits (RFC 7541, section 4.1). */
  get size(): number {
    return this.name.length + this.value.length + FIELD_OVERHEAD;
  }
}

export const FIELD_OVERHEAD = 32;

/** A decoded field section. Streams that received the same bytes may share it, so it is never changed. */
export class Fields {
  /** The fields that are not pseudo-fields, in order. */
  readonly list: Field[] = [];
  method: string | undefined;
  scheme: string | undefined;
  path: string | undefined;
  authority: string | undefined;
  status: string | undefined;
  contentLength: number | undefined;
  /** The reason why the section is malformed, if it is. */
  malformed: string | undefined;
  /** Whether fields were dropped because the section exceeds the limits. */
  isTooLarge = false;
  size = 0;
  /** The shared fields that these begin with, if they are a copy of them and more. */
  prefix: Fields | undefined;
  /** Derived from these fields by the owner of the streams, once for all streams that share them. */
  derived: unknown;

  /** The first value of a field. */
  get(name: string): string | undefined {
    const { list } = this;
    for (let i = 0; i < list.length; i++) if (list[i]!.name === name) return list[i]!.value;
    return undefined;
  }

  /** Whether there is any pseudo-field. */
  get hasPseudo(): boolean {
    return (
      this.method !== undefined ||
      this.scheme !== undefined ||
      this.path !== undefined ||
      this.authority !== undefined ||
      this.status !== undefined
    );
  }

  copy(): Fields {
    const copy = new Fields();
    for (const field of this.list) copy.list.push(field);
    copy.method = this.method;
    copy.scheme = this.scheme;
    copy.path = this.path;
    copy.authority = this.authority;
    copy.status = this.status;
    copy.contentLength = this.contentLength;
    copy.malformed = this.malformed;
    copy.size = this.size;
    copy.prefix = this;
    return copy;
  }

  add(field: Field): void {
    this.size += field.size;
    switch (field.kind) {
      case FieldKind.Regular:
        this.list.push(field);
        return;
      case FieldKind.ContentLength:
        this.#addContentLength(field);
        return;
      case FieldKind.Forbidden:
        this.malformed ??= `field ${JSON.stringify(field.name)} is not allowed`;
        return;
      default:
        this.#addPseudo(field);
    }
  }

  #addContentLength(field: Field): void {
    const length = Number(field.value);
    if (this.contentLength !== undefined && this.contentLength !== length) this.malformed ??= "two content-lengths";
    this.contentLength = length;
    this.list.push(field);
  }

  /** Pseudo-fields precede all others, and none occurs twice (RFC 9113, section 8.3). */
  #addPseudo({ name, value, kind }: Field): void {
    if (this.list.length > 0) this.malformed ??= `${name} after other fields`;
    const key = pseudoKeys[kind];
    if (key === undefined) return;
    if (this[key] !== undefined) this.malformed ??= `${name} twice`;
    this[key] = value;
  }
}

/** By the kind of field. */
const pseudoKeys = [undefined, undefined, "method", "scheme", "path", "authority", "status"] as const;

/** The reason why the fields are not a valid response, if so (RFC 9113, section 8.3.2). */
export function responseFault(fields: Fields): string | undefined {
  if (fields.malformed !== undefined) return fields.malformed;
  if (fields.method !== undefined || fields.scheme !== undefined) return "a pseudo-field of requests in a response";
  if (fields.path !== undefined || fields.authority !== undefined) return "a pseudo-field of requests in a response";
  return fields.status === undefined ? ":status is missing" : undefined;
}

/** The reason why the fields are not valid trailers, if so (RFC 9113, section 8.1). */
export function trailerFault(fields: Fields): string | undefined {
  return fields.malformed ?? (fields.hasPseudo ? "a pseudo-field in trailers" : undefined);
}

const kinds = new Map<string, number>([
  [":method", FieldKind.Method],
  [":scheme", FieldKind.Scheme],
  [":path", FieldKind.Path],
  [":authority", FieldKind.Authority],
  [":status", FieldKind.Status],
  ["content-length", FieldKind.ContentLength],
]);
// Connection-specific fields (RFC 9113, section 8.2.2).
for (const name of ["connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade"])
  kinds.set(name, FieldKind.Forbidden);

function kindOf(name: string, value: string): number {
  const kind = kinds.get(name);
  if (kind === undefined) {
    if (name === "te" && value !== "trailers") return FieldKind.Forbidden;
    return isName(name) && isValue(value) ? FieldKind.Regular : FieldKind.Forbidden;
  }
  if (!isValue(value)) return FieldKind.Forbidden;
  if (kind === FieldKind.ContentLength) return /^\d{1,15}$/.test(value) ? kind : FieldKind.Forbidden;
  if (kind === FieldKind.Status) return /^[1-5]\d\d$/.test(value) ? kind : FieldKind.Forbidden;
  return kind;
}

/** A token in lower case (RFC 9113, section 8.2.1; RFC 9110, section 5.6.2). Only pseudo-fields begin with a colon. */
function isName(name: string): boolean {
  for (let i = 0; i < name.length; i++) if (tokenCharacters[name.charCodeAt(i)] !== 1) return false;
  return name.length > 0;
}

const tokenCharacters = new Uint8Array(256);
for (const c of "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz") tokenCharacters[c.charCodeAt(0)] = 1;

/** No NUL, CR and LF, and no space at the ends (RFC 9113, section 8.2.1). */
function isValue(value: string): boolean {
  const { length } = value;
  if (length === 0) return true;
  for (let i = 0; i < length; i++) {
    const c = value.charCodeAt(i);
    if (c < 0x20 && (c === 0 || c === 10 || c === 13)) return false;
  }
  return !isSpace(value.charCodeAt(0)) && !isSpace(value.charCodeAt(length - 1));
}

function isSpace(c: number): boolean {
  return c === 0x20 || c === 9;
}
