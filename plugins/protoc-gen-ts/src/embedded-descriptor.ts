import { embedFileDesc } from "@bufbuild/protobuf/codegenv2";
import type { FileDescriptorProto } from "@bufbuild/protobuf/wkt";
import { LENGTH_DELIMITED, MalformedRecord, Records, serializedFile } from "@protoloom/plugin-kit";

/**
 * The descriptor of a file in base64, as protobuf-es embeds it: without imports and SourceCodeInfo, without JSON names
 * that follow from field names, and with fields sorted by number.
 *
 * embedFileDesc of protobuf-es copies the whole descriptor for this and encodes it again. Here, the descriptor of the
 * request is stripped in its serialized form.
 */
export function embeddedDescriptor(file: FileDescriptorProto): string {
  const bytes = serializedFile(file);
  const stripped = bytes === undefined ? undefined : stripAll(bytes);
  if (stripped === undefined) return embedFileDesc(file).base64();
  return stripped.toString("base64").replace(/=+$/, "");
}

/** Undefined if Records cannot read it: custom options may be groups. */
function stripAll(bytes: Uint8Array): Buffer | undefined {
  const out = Buffer.allocUnsafe(bytes.length);
  try {
    return out.subarray(0, strip(bytes, 0, bytes.length, filePlan, out, 0));
  } catch (e) {
    if (e instanceof MalformedRecord) return undefined;
    throw e;
  }
}

/** How to treat the fields of a message, by number; unlisted fields are kept. */
interface Plan {
  readonly [number: number]: "drop" | "drop if derived" | Plan;
}

// Field numbers of descriptor.proto. Nothing is dropped from options, but some compilers write them out of order.
const options: Plan = {};
const enumPlan: Plan = { 2: { 3: options }, 3: options };
const servicePlan: Plan = { 2: { 4: options }, 3: options };
const extensionPlan: Plan = { 8: options };
const messagePlan: Plan = {
  2: { 8: options, 10: "drop if derived" },
  get 3() {
    return messagePlan;
  },
  4: enumPlan,
  5: { 3: options },
  6: extensionPlan,
  7: options,
  8: { 2: options },
};
const filePlan: Plan = {
  3: "drop",
  4: messagePlan,
  5: enumPlan,
  6: servicePlan,
  7: extensionPlan,
  8: options,
  9: "drop",
};

/** Writes the stripped message between `from` and `to` to `out`, and returns its end. */
function strip(bytes: Uint8Array, from: number, to: number, plan: Plan, out: Uint8Array, at: number): number {
  let end = at;
  const pieces = piecesOf(bytes, from, to);
  for (const piece of pieces) {
    const inner = plan[piece.number];
    if (inner === "drop" || (inner === "drop if derived" && isDerived(bytes, pieces[0]!, piece))) continue;
    if (typeof inner === "object") end = stripInside(bytes, piece, inner, out, end);
    else end = copy(bytes, piece.from, piece.end, out, end);
  }
  return end;
}

interface Piece {
  readonly number: number;
  readonly wireType: number;
  readonly from: number;
  readonly start: number;
  readonly end: number;
}

/** The fields of a message by number. */
function piecesOf(bytes: Uint8Array, from: number, to: number): Piece[] {
  const pieces: Piece[] = [];
  let isOrdered = true;
  for (const record = new Records(bytes, from, to); record.next(); ) {
    const { number, wireType, from, start, end } = record;
    isOrdered &&= pieces.length === 0 || pieces.at(-1)!.number <= number;
    pieces.push({ number, wireType, from, start, end });
  }
  return isOrdered ? pieces : pieces.sort((a, b) => a.number - b.number);
}

/** Strips a nested message: tag, new length, stripped body. */
function stripInside(bytes: Uint8Array, piece: Piece, plan: Plan, out: Uint8Array, at: number): number {
  if (piece.wireType !== LENGTH_DELIMITED) throw new MalformedRecord("not a message");
  let tagEnd = piece.from;
  while (bytes[tagEnd++]! > 127);
  let p = copy(bytes, piece.from, tagEnd, out, at);
  // Stripping never makes a message or its length larger, so the old room is enough.
  const body = p + piece.start - tagEnd;
  const end = strip(bytes, piece.start, piece.end, plan, out, body);
  let length = end - body;
  for (; length > 127; length >>>= 7) out[p++] = (length & 127) | 128;
  out[p++] = length;
  if (p < body) out.copyWithin(p, body, end);
  return p + end - body;
}

function copy(bytes: Uint8Array, from: number, to: number, out: Uint8Array, at: number): number {
  if (to - from > 64) out.set(bytes.subarray(from, to), at);
  else for (let i = from; i < to; i++) out[at + i - from] = bytes[i]!;
  return at + to - from;
}

const UNDERSCORE = 95;
const LOWER_A = 97;
const LOWER_Z = 122;
const TO_UPPER = -32;

/** Whether a JSON name is the field's name in camelCase: letters after underscores are in upper case. */
function isDerived(bytes: Uint8Array, name: Piece, jsonName: Piece): boolean {
  let p = jsonName.start;
  let isUpper = false;
  for (let i = name.start; i < name.end; i++) {
    const char = bytes[i]!;
    if (char === UNDERSCORE) {
      isUpper = true;
      continue;
    }
    const isLetter = char >= LOWER_A && char <= LOWER_Z;
    if (p === jsonName.end || bytes[p++] !== (isUpper && isLetter ? char + TO_UPPER : char)) return false;
    isUpper = false;
  }
  return p === jsonName.end;
}
