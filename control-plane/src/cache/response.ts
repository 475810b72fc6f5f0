import { EncodedMessage } from "@protoloom/rpc";
import { field } from "./fields.js";
import type { Resource } from "./resource.js";
import type { ResourceType } from "./resource-types.js";

export type Variant = "sotw" | "delta";

/** One message of a response. All streams that it goes to share its frame. */
export interface Part {
  readonly nonce: string;
  readonly frame: EncodedMessage;
  /** The names of the resources that it sets or removes. */
  readonly names: readonly string[];
  /** The same part under another nonce, for a stream that has already received this one. */
  renamed(nonce: string): Part;
}

/** The messages that bring streams with the same names from the same state to the current one. */
export interface Response {
  /** The state of the table that it leads to. */
  readonly seq: number;
  readonly parts: readonly Part[];
}

/** The content of a response, and the state that it leads to. */
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
  /** Whether it only renews resources that the client has. */
  readonly isHeartbeat?: boolean;
  /** Whether it must be one message, whatever its size: the answer to a unary call. */
  readonly isUnsplit?: boolean;
}

/** gRPC clients accept 4 MiB, and xDS channels do not raise the limit. LDS and CDS by state of the world cannot be split. */
const MAX_PART_BYTES = 3_500_000;

/** Field numbers of DiscoveryResponse and DeltaDiscoveryResponse (envoy/service/discovery/v3/discovery.proto). */
const numbers = { sotw: { version: 1, typeUrl: 4, nonce: 5 }, delta: { version: 1, typeUrl: 4, nonce: 5, removed: 6 } };

/** Encodes a response by joining the fields of its resources, which are encoded already. */
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
  if (variant === "sotw") return pieces; // state of the world cannot express a removal
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
