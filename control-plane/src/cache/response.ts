import { EncodedMessage } from "@protoloom/rpc";
import { field } from "./fields.js";
import type { Resource } from "./resource.js";
import type { ResourceType } from "./resource-types.js";

export type Variant = "sotw" | "delta";

/** One message of a response. Its frame is shared by all streams that it goes to. */
export interface Part {
  readonly nonce: string;
  readonly frame: EncodedMessage;
  /** The resources in it, and those that it removes. */
  readonly names: readonly string[];
  /** The same part under another nonce, for a stream which has had this one. */
  renamed(nonce: string): Part;
}

/** What streams with the same names, which have seen the same state, get to see the current one. */
export interface Response {
  /** The state of the table that it brings a client to. */
  readonly seq: number;
  readonly parts: readonly Part[];
}

/** The state that a response brings a client to. */
export interface State {
  readonly type: ResourceType;
  readonly seq: number;
  readonly version: string;
}

export interface Content {
  readonly state: State;
  readonly variant: Variant;
  readonly resources: readonly Resource[];
  readonly removed: readonly string[];
  /** Whether the resources are there already, and are only to be kept alive. */
  readonly isHeartbeat?: boolean;
  /** Whether it must be one message, whatever its size: an answer of a call that is not a stream. */
  readonly isUnsplit?: boolean;
}

/** gRPC clients take 4 MiB and xDS channels do not raise it. LDS and CDS by state of the world cannot be split. */
const MAX_PART_BYTES = 3_500_000;

/** Field numbers of DiscoveryResponse and DeltaDiscoveryResponse (envoy/service/discovery/v3/discovery.proto). */
const numbers = { sotw: { version: 1, typeUrl: 4, nonce: 5 }, delta: { version: 1, typeUrl: 4, nonce: 5, removed: 6 } };

/** Encodes a response: resources are encoded already, so their fields are joined. */
export function encodeResponse(content: Content): Response {
  const { state, variant } = content;
  const { seq, type } = state;
  const no = numbers[variant];
  const head = [field(no.version, state.version), field(no.typeUrl, type.typeUrl)];
  const groups = split(piecesOf(content), content.isUnsplit || (variant === "sotw" && type.isComplete));
  const parts = groups.map((group, index) => {
    const nonce = index === groups.length - 1 ? `${seq}` : `${seq}.${index}`;
    return encodePart(
      nonce,
      group.map(({ name }) => name),
      [...head, ...group.map(({ bytes }) => bytes)],
      no.nonce,
    );
  });
  return { seq, parts };
}

function encodePart(nonce: string, names: readonly string[], fields: readonly Uint8Array[], nonceNo: number): Part {
  const renamed = (other: string): Part => encodePart(other, names, fields, nonceNo);
  return { nonce, names, renamed, frame: new EncodedMessage(...fields, field(nonceNo, nonce)) };
}

interface Piece {
  readonly name: string;
  readonly bytes: Uint8Array;
}

function piecesOf({ variant, resources, removed, isHeartbeat }: Content): Piece[] {
  const bytesOf = (resource: Resource): Uint8Array => {
    if (isHeartbeat) return resource.heartbeat(variant);
    return variant === "sotw" ? resource.inSotw : resource.inDelta;
  };
  const pieces = resources.map((resource) => ({ name: resource.name, bytes: bytesOf(resource) }));
  if (variant === "sotw") return pieces; // which has no word for what is removed
  return [...pieces, ...removed.map((name) => ({ name, bytes: field(numbers.delta.removed, name) }))];
}

function split(pieces: readonly Piece[], isWhole: boolean): Piece[][] {
  const groups: Piece[][] = [[]];
  let size = 0;
  for (const piece of pieces) {
    size += piece.bytes.length;
    if (!isWhole && size > MAX_PART_BYTES && groups.at(-1)!.length > 0) {
      groups.push([]);
      size = piece.bytes.length;
    }
    groups.at(-1)!.push(piece);
  }
  return groups;
}
