import { hash } from "node:crypto";
import { Any, durationFromMs } from "@protoloom/protobuf/wkt";
import { concat, field } from "./fields.js";
import { mentioned } from "./mentioned.js";
import { referencesOf } from "./references.js";

/** A message of a generated class. */
export interface ResourceMessage {
  /** The full proto name. */
  readonly $typeName: string;
  /** Encodes the message. */
  toBinary(): Uint8Array;
}

/** The optional parts of a resource. */
export interface ResourceInit {
  /** Default: a hash of the content, so that no restart and no other control plane reuses a version for other content. */
  readonly version?: string | undefined;
  /** Milliseconds after which clients drop the resource unless it is renewed. The server renews it. */
  readonly ttl?: number | undefined;
  /** The line of the proto or deployment file that it comes from, shown with a refusal: `deployment.yaml:12:3`. */
  readonly cause?: string | undefined;
  /** The lines that parts of it come from. */
  readonly parts?: readonly ResourcePart[] | undefined;
}

/** A part of a resource, such as a route, and the line that it comes from. */
export interface ResourcePart {
  /** Its path in the resource, as Envoy's API names fields: `virtual_hosts[0].routes[2]`. */
  readonly path: string;
  /** Its name among clients: that of a route, or the path of its calls. */
  readonly names: readonly string[];
  /** `orders.proto:31:3`. */
  readonly line: string;
}

/** A resource, encoded once for all clients. Resources with the same type, name and version are equal. */
export class Resource {
  /** `type.googleapis.com/` and the full name of its message. */
  readonly typeUrl: string;
  /** The name that clients subscribe to. */
  readonly name: string;
  /** The version that clients acknowledge. */
  readonly version: string;
  /** Milliseconds after which clients drop it unless it is renewed. Undefined: they keep it. */
  readonly ttl: number | undefined;
  /** The line that it comes from, shown with a refusal. */
  readonly cause: string | undefined;
  private readonly parts: readonly ResourcePart[];
  /** The names of the resources that a client must have before this one. */
  readonly references: readonly string[];
  /** A google.protobuf.Any. */
  private readonly any: Uint8Array;
  private sotwField: Uint8Array | undefined;
  private deltaField: Uint8Array | undefined;
  private digestNumber: bigint | undefined;

  /** Encodes a message. Clients subscribe to `name`. */
  constructor(name: string, message: ResourceMessage, { version, ttl, cause, parts = [] }: ResourceInit = {}) {
    this.typeUrl = `type.googleapis.com/${message.$typeName}`;
    this.name = name;
    this.any = concat(field(1, this.typeUrl), field(2, message.toBinary()));
    this.ttl = ttl;
    this.cause = cause;
    this.parts = parts;
    this.references = referencesOf(message);
    this.version = version ?? hash("sha256", this.any, "hex").slice(0, 16);
  }

  /** The line that an error is about: that of the part which the error mentions, or that of the whole resource. */
  causeOf(error: string): string | undefined {
    const path = pathIn(error);
    const part =
      this.parts.find((each) => path !== undefined && each.path === path) ??
      this.parts.find(({ names }) => mentioned(error, names).length > 0);
    return part?.line ?? this.cause;
  }

  /** Whether all of it comes from the same lines as another of the same content. */
  isFromLinesOf(other: Resource): boolean {
    const { parts } = other;
    return (
      this.cause === other.cause &&
      this.parts.length === parts.length &&
      this.parts.every(({ line }, i) => line === parts[i]!.line)
    );
  }

  /** The message as its class. */
  decode<M>(type: { fromBinary(bytes: Uint8Array): M }): M {
    return type.fromBinary(Any.fromBinary(this.any).value);
  }

  /** A number of its name and version, of which tables make their own version. */
  get digest(): bigint {
    this.digestNumber ??= hash("sha256", `${this.name}\0${this.version}`, "buffer").readBigUInt64BE();
    return this.digestNumber;
  }

  /** The size of its content, in bytes. */
  get size(): number {
    return this.any.length;
  }

  /** `DiscoveryResponse.resources`. A resource with a TTL is wrapped (xDS protocol, "TTL"). */
  get inSotw(): Uint8Array {
    this.sotwField ??= field(
      2,
      this.ttl === undefined ? this.any : wrapped(concat(field(3, this.name), field(2, this.any), ttlField(this.ttl))),
    );
    return this.sotwField;
  }

  /** `DeltaDiscoveryResponse.resources`. */
  get inDelta(): Uint8Array {
    this.deltaField ??= field(
      2,
      concat(field(3, this.name), field(1, this.version), field(2, this.any), ttlField(this.ttl)),
    );
    return this.deltaField;
  }

  /** Renews the resource at clients that have it: its name and TTL without its content. */
  heartbeat(variant: "sotw" | "delta"): Uint8Array {
    const known = concat(field(3, this.name), field(1, this.version), ttlField(this.ttl));
    return field(2, variant === "delta" ? known : wrapped(known));
  }
}

/** Envoy's validation errors name fields as its C++ does: `VirtualHosts[0]: … | caused by VirtualHostValidationError.Routes[2]`. */
function pathIn(error: string): string | undefined {
  const found = /virtual_?hosts\[(\d+)\].*?\broutes\[(\d+)\]/is.exec(error);
  return found === null ? undefined : `virtual_hosts[${found[1]}].routes[${found[2]}]`;
}

const RESOURCE_TYPE_URL = "type.googleapis.com/envoy.service.discovery.v3.Resource";

function wrapped(resource: Uint8Array): Uint8Array {
  return concat(field(1, RESOURCE_TYPE_URL), field(2, resource));
}

/** `Resource.ttl`, a google.protobuf.Duration. */
function ttlField(ttl: number | undefined): Uint8Array {
  return ttl === undefined ? NOTHING : field(6, durationFromMs(ttl).toBinary());
}

const NOTHING = new Uint8Array(0);
