import { Node } from "@protoloom/envoy/gen/envoy/config/core/v3/base_pb";
import { Code, StatusError } from "@protoloom/rpc";
import { Status } from "@protoloom/rpc/google/rpc/status";

/** A DiscoveryRequest. Its names are left encoded: those of an ACK are compared with those of the last request. */
export interface WireRequest {
  readonly version: string;
  readonly node: Node | undefined;
  readonly typeUrl: string;
  readonly nonce: string;
  readonly error: string | undefined;
  /** The encoded fields of `resource_names`, concatenated. */
  readonly names: Uint8Array;
}

/** A DeltaDiscoveryRequest. Its names and versions are left encoded. */
export interface WireDeltaRequest {
  readonly node: Node | undefined;
  readonly typeUrl: string;
  readonly nonce: string;
  readonly error: string | undefined;
  /** The encoded fields of `resource_names_subscribe` and of `resource_names_unsubscribe`, concatenated. */
  readonly added: Uint8Array;
  readonly removed: Uint8Array;
  /** The encoded entries of `initial_resource_versions`, concatenated. */
  readonly versions: Uint8Array;
}

/** Field numbers of DiscoveryRequest (envoy/service/discovery/v3/discovery.proto). */
const sotw = { version: 1, node: 2, names: 3, typeUrl: 4, nonce: 5, error: 6 } as const;

/** Field numbers of DeltaDiscoveryRequest. */
const delta = { node: 1, typeUrl: 2, added: 3, removed: 4, versions: 5, nonce: 6, error: 7 } as const;

/** Field numbers of an entry of a map (protobuf, "Maps"). */
const entry = { key: 1, value: 2 } as const;

/**
 * Reads a DiscoveryRequest. An ACK repeats all names, and decoding a thousand of them costs more than everything else in a
 * change, so they stay encoded. Throws a StatusError if the bytes are not a message.
 */
export function readRequest(bytes: Uint8Array): WireRequest {
  return reading(() => {
    const found = { version: "", ...nothing() };
    const names = new Runs(bytes);
    for (const field = new FieldReader(bytes); field.next(); ) {
      if (field.no === sotw.names) names.add(field);
      else if (field.no === sotw.version) found.version = field.text;
      else if (field.no === sotw.typeUrl) found.typeUrl = field.text;
      else if (field.no === sotw.nonce) found.nonce = field.text;
      else if (field.no === sotw.node) found.node = nodeOf(field);
      else if (field.no === sotw.error) found.error = errorOf(field);
    }
    return { ...found, names: names.joined };
  });
}

/**
 * Reads a DeltaDiscoveryRequest. A client that has come back sends a thousand names with their versions; as objects of
 * thousands of clients that wait for their turn, they would fill the heap. Throws a StatusError if the bytes are not a
 * message.
 */
export function readDeltaRequest(bytes: Uint8Array): WireDeltaRequest {
  return reading(() => {
    const found = nothing();
    const [added, removed, versions] = [new Runs(bytes), new Runs(bytes), new Runs(bytes)];
    for (const field = new FieldReader(bytes); field.next(); ) {
      if (field.no === delta.added) added.add(field);
      else if (field.no === delta.removed) removed.add(field);
      else if (field.no === delta.versions) versions.add(field);
      else if (field.no === delta.typeUrl) found.typeUrl = field.text;
      else if (field.no === delta.nonce) found.nonce = field.text;
      else if (field.no === delta.node) found.node = nodeOf(field);
      else if (field.no === delta.error) found.error = errorOf(field);
    }
    return { ...found, added: added.joined, removed: removed.joined, versions: versions.joined };
  });
}

/** The names in a run of encoded fields, in their order. */
export function readNames(encoded: Uint8Array): Set<string> {
  return reading(() => {
    const names = new Set<string>();
    for (const field = new FieldReader(encoded); field.next(); ) names.add(field.text);
    return names;
  });
}

/** The versions by name in a run of encoded entries. */
export function readVersions(encoded: Uint8Array): Map<string, string> {
  return reading(() => {
    const versions = new Map<string, string>();
    const part = new FieldReader(encoded);
    for (const field = new FieldReader(encoded); field.next(); ) {
      let name = "";
      let version = "";
      for (part.enter(field); part.next(); ) {
        if (part.no === entry.key) name = part.text;
        else if (part.no === entry.value) version = part.text;
      }
      versions.set(name, version);
    }
    return versions;
  });
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && Buffer.compare(a, b) === 0;
}

function nothing() {
  return {
    node: undefined as Node | undefined,
    typeUrl: "",
    nonce: "",
    error: undefined as string | undefined,
  };
}

function nodeOf(field: FieldReader): Node {
  return Node.fromBinary(field.body.slice());
}

function errorOf(field: FieldReader): string {
  return Status.fromBinary(field.body.slice()).message || "no reason given";
}

function reading<T>(read: () => T): T {
  try {
    return read();
  } catch (e) {
    throw new StatusError(Code.Internal, `malformed discovery request: ${(e as Error).message}`, { cause: e });
  }
}

/** The fields of one number, which are adjacent in nearly every message, so that there is nearly always one run. */
class Runs {
  private readonly bytes: Uint8Array;
  private readonly before: Uint8Array[] = [];
  private from = 0;
  private to = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  add({ start, end }: FieldReader): void {
    if (start !== this.to) {
      if (this.to > 0) this.before.push(this.run);
      this.from = start;
    }
    this.to = end;
  }

  /** All of them. Shares the memory of the message if it can. */
  get joined(): Uint8Array {
    return this.before.length === 0 ? this.run : Buffer.concat([...this.before, this.run]);
  }

  private get run(): Uint8Array {
    return this.bytes.subarray(this.from, this.to);
  }
}

/** The length-delimited fields of a message, one after the other. Other fields are skipped (protobuf, "Message Structure"). */
class FieldReader {
  no = 0;
  start = 0;
  bodyStart = 0;
  end = 0;
  private readonly bytes: Buffer;
  private limit: number;

  constructor(bytes: Uint8Array) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    this.limit = bytes.length;
  }

  /** Reads the message in this field of the same bytes. */
  enter({ bodyStart, end }: FieldReader): void {
    this.end = bodyStart;
    this.limit = end;
  }

  /** Goes to the next field. Returns false after the last one. */
  next(): boolean {
    while (this.end < this.limit) {
      this.start = this.end;
      const tag = this.varint();
      const wireType = tag & 7;
      if (wireType === 0) this.varint();
      else {
        const length = wireType === 2 ? this.varint() : wireType === 1 ? 8 : wireType === 5 ? 4 : Number.NaN;
        this.bodyStart = this.end;
        this.end += length;
        if (!(this.end <= this.limit)) throw new RangeError("a field does not end");
      }
      if (wireType !== 2) continue;
      this.no = Math.floor(tag / 8);
      return true;
    }
    return false;
  }

  get body(): Uint8Array {
    return this.bytes.subarray(this.bodyStart, this.end);
  }

  get text(): string {
    return this.bytes.toString("utf8", this.bodyStart, this.end);
  }

  private varint(): number {
    let value = 0;
    for (let scale = 1; this.end < this.limit && scale <= MAX_SCALE; scale *= 128) {
      const byte = this.bytes[this.end++]!;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
    throw new RangeError("a varint does not end");
  }
}

/** The tenth byte of a varint. */
const MAX_SCALE = 2 ** 63;
