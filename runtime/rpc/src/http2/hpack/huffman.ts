import { HpackError } from "./hpack-error.js";

/**
 * The code lengths of all bytes and of the end-of-string symbol (RFC 7541, appendix B), a digit of base 31 for each. The
 * code is canonical, so that lengths determine it: codes of equal length count up, and longer ones continue after them.
 */
const digits =
  "dnsssssssoussussssssssusssssssss6aacd68baa8b8666555666666678f6ca" +
  "d67777777777777777777777878djde6f56565666577666567655677777fbeds" +
  "kmkkmmmnmnnnnnonoomnonnnnlmnmnnomlkmmnnlnmmolmnnllmlnmnnkmmmnmmn" +
  "qqkjmnmpqqqrrqopjlqrrqrollqqsrrrkoklmllnmmppooqnqrqqrrrrrsrrrrrq" +
  "u";
const lengths = Uint8Array.from(digits, (digit) => Number.parseInt(digit, 31));

const END = 256;
const codes = canonicalCodes();

function canonicalCodes(): Uint32Array {
  const found = new Uint32Array(lengths.length);
  let code = 0;
  for (let length = 1; length <= 30; length++) {
    for (let symbol = 0; symbol < lengths.length; symbol++) if (lengths[symbol] === length) found[symbol] = code++;
    code *= 2;
  }
  return found;
}

// Decoding consumes four bits at a time: `steps[state * 16 + bits]` is the next state, with the symbol that these bits
// complete, if any. The shortest code has five bits, so there is at most one.
const SYMBOL = 1 << 25;
const FAIL = -1;
const { steps, mayEnd } = decodingTable();

function decodingTable(): { steps: Int32Array; mayEnd: Uint8Array } {
  const nodes = tree();
  const steps = new Int32Array(nodes.length * 16);
  for (let state = 0; state < nodes.length; state++)
    for (let bits = 0; bits < 16; bits++) steps[state * 16 + bits] = step(nodes, state, bits);
  return { steps, mayEnd: paddingStates(nodes) };
}

/** The inner nodes of the code tree: each bit leads to another node, or to a symbol, stored as -1 - symbol. */
function tree(): [number, number][] {
  const nodes: [number, number][] = [[0, 0]];
  for (let symbol = 0; symbol < lengths.length; symbol++) {
    let node = 0;
    for (let bit = lengths[symbol]! - 1; bit > 0; bit--) {
      const side = (codes[symbol]! >>> bit) & 1;
      if (nodes[node]![side] === 0) nodes[node]![side] = nodes.push([0, 0]) - 1;
      node = nodes[node]![side]!;
    }
    nodes[node]![codes[symbol]! & 1] = -1 - symbol;
  }
  return nodes;
}

function step(nodes: [number, number][], from: number, bits: number): number {
  let node = from;
  let found = 0;
  for (let bit = 3; bit >= 0; bit--) {
    const next = nodes[node]![(bits >>> bit) & 1]!;
    if (next >= 0) node = next;
    else {
      const symbol = -1 - next;
      if (symbol === END) return FAIL; // RFC 7541, section 5.2
      found = SYMBOL | (symbol << 16);
      node = 0;
    }
  }
  return found | node;
}

/** The states in which a string may end: after a symbol and at most seven one bits of padding (RFC 7541, section 5.2). */
function paddingStates(nodes: [number, number][]): Uint8Array {
  const found = new Uint8Array(nodes.length);
  let node = 0;
  for (let ones = 0; ones <= 7; ones++) {
    found[node] = 1;
    node = nodes[node]![1];
  }
  return found;
}

let scratch = new Uint8Array(256);

/** Decodes bytes start to end to one character for each byte. Throws HpackError. */
export function decodeHuffman(bytes: Uint8Array, start: number, end: number): string {
  const most = ((end - start) * 8) / 5; // no code is shorter than five bits
  if (scratch.length < most) scratch = new Uint8Array(Math.ceil(most));
  const out = scratch;
  let state = 0;
  let length = 0;
  for (let i = start; i < end; i++) {
    const byte = bytes[i]!;
    const high = steps[state * 16 + (byte >>> 4)]!;
    if (high < 0) throw new HpackError("the end of the Huffman code within a string");
    if ((high & SYMBOL) !== 0) out[length++] = high >>> 16;
    const low = steps[(high & 0xffff) * 16 + (byte & 15)]!;
    if (low < 0) throw new HpackError("the end of the Huffman code within a string");
    if ((low & SYMBOL) !== 0) out[length++] = low >>> 16;
    state = low & 0xffff;
  }
  if (mayEnd[state] !== 1) throw new HpackError("wrong padding of a Huffman string");
  const text = latin1(out, 0, length);
  if (scratch.length > MAX_SCRATCH) scratch = new Uint8Array(256);
  return text;
}

const MAX_SCRATCH = 16384;

/** Converts bytes to text, one character for each. */
export function latin1(bytes: Uint8Array, start: number, end: number): string {
  let text = "";
  for (let at = start; at < end; at += PIECE) {
    const piece = bytes.subarray(at, Math.min(end, at + PIECE));
    text += String.fromCharCode.apply(null, piece as unknown as number[]);
  }
  return text;
}

/** Bytes that one call converts: engines limit the number of arguments. */
const PIECE = 4096;

/** The size of the encoded text in bytes. */
export function huffmanLength(text: string): number {
  let bits = 0;
  for (let i = 0; i < text.length; i++) bits += lengths[text.charCodeAt(i) & 255]!;
  return (bits + 7) >>> 3;
}

/** Encodes the text at the offset, and returns the offset after it. */
export function encodeHuffman(text: string, target: Uint8Array, offset: number): number {
  let at = offset;
  let pending = 0;
  let bits = 0;
  for (let i = 0; i < text.length; i++) {
    const symbol = text.charCodeAt(i) & 255;
    let left = lengths[symbol]!;
    const code = codes[symbol]!;
    while (left > 0) {
      const taken = Math.min(left, 24 - bits); // keeps `pending` within 31 bits
      pending = (pending << taken) | ((code >>> (left - taken)) & ((1 << taken) - 1));
      bits += taken;
      left -= taken;
      while (bits >= 8) {
        bits -= 8;
        target[at++] = pending >>> bits;
        pending &= (1 << bits) - 1;
      }
    }
  }
  if (bits > 0) target[at++] = (pending << (8 - bits)) | (0xff >>> bits);
  return at;
}
