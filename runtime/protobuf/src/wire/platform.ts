// The engine's methods for strings, looked up once. Node and Bun have fast native methods on Buffer.prototype that work
// on any Uint8Array; elsewhere TextDecoder and TextEncoder do the same. Buffer is never imported, so no bundler adds a
// polyfill.

interface NativeStrings {
  latin1Slice(this: Uint8Array, start: number, end: number): string;
  utf8Slice(this: Uint8Array, start: number, end: number): string;
  ucs2Slice(this: Uint8Array, start: number, end: number): string;
  utf8Write(this: Uint8Array, text: string, start: number, length: number): number;
  ucs2Write(this: Uint8Array, text: string, start: number, length: number): number;
  indexOf(this: Uint8Array, bytes: Uint8Array, start: number): number;
}

const native: Partial<NativeStrings> | undefined = (globalThis as { Buffer?: { prototype: Partial<NativeStrings> } })
  .Buffer?.prototype;

/** The engine's method, or else ours. Has no side effects, so that a bundler can drop it. */
function method<K extends keyof NativeStrings>(name: K, otherwise: NativeStrings[K]): NativeStrings[K] {
  return native?.[name] ?? otherwise;
}

const decoders: Record<string, TextDecoder> = {};
let utf8Encoder: TextEncoder | undefined;
/** In Hermes, the engine of React Native, TextDecoder supports UTF-8 only. */
let hasUnits = true;

function textDecoder(label: string, fatal = false): TextDecoder {
  return (decoders[label + fatal] ??= new TextDecoder(label, { ignoreBOM: true, fatal }));
}

/** Decodes one unit per character. */
function decodeUnits(label: string, units: Uint8Array | Uint16Array): string {
  try {
    if (hasUnits) return textDecoder(label).decode(units);
  } catch {
    hasUnits = false;
  }
  let text = "";
  for (const unit of units) text += String.fromCharCode(unit);
  return text;
}

/** One character per byte. Correct everywhere only for characters below 128; the caller uses no others. */
export const latin1Slice: NativeStrings["latin1Slice"] = /*@__PURE__*/ method("latin1Slice", function (start, end) {
  return decodeUnits("latin1", this.subarray(start, end));
});

/** Decodes UTF-8; each ill-formed sequence becomes U+FFFD. */
export const utf8Slice: NativeStrings["utf8Slice"] = /*@__PURE__*/ method("utf8Slice", function (start, end) {
  return textDecoder("utf-8").decode(this.subarray(start, end));
});

/**
 * Whether utf8Slice is faster than a loop: V8 13, which is in Node 24, and Bun decode UTF-8 ten times as fast as V8 12.
 */
export const hasFastUtf8: boolean = /*@__PURE__*/ decodesUtf8Fast();

function decodesUtf8Fast(): boolean {
  const versions = (globalThis as { process?: { versions?: { v8?: string; bun?: string } } }).process?.versions;
  return (
    native?.utf8Slice !== undefined && (versions?.bun !== undefined || Number.parseInt(versions?.v8 ?? "", 10) >= 13)
  );
}

/** Decodes UTF-8; throws a TypeError if it is ill-formed. */
export function decodeUtf8(bytes: Uint8Array): string {
  return textDecoder("utf-8", true).decode(bytes);
}

/** Decodes little-endian UTF-16 that is well-formed, from an even start on. */
export const utf16Slice: NativeStrings["ucs2Slice"] = /*@__PURE__*/ method("ucs2Slice", function (start, end) {
  return decodeUnits("utf-16le", new Uint16Array(this.buffer, this.byteOffset + start, (end - start) >> 1));
});

/** Writes well-formed text as UTF-8 from start on, where at least `length` bytes are free; returns the bytes written. */
export const utf8Write: NativeStrings["utf8Write"] = /*@__PURE__*/ method("utf8Write", function (text, start, length) {
  utf8Encoder ??= new TextEncoder();
  return utf8Encoder.encodeInto(text, this.subarray(start, start + length)).written;
});

/** Whether typed arrays have the byte order of protobuf. */
export const isLittleEndian: boolean = /*@__PURE__*/ startsWithLowByte();

function startsWithLowByte(): boolean {
  return new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
}

/**
 * Writes text as little-endian UTF-16, including lone surrogates, from an even start; undefined on big-endian machines.
 */
export const utf16Write: NativeStrings["ucs2Write"] | undefined = /*@__PURE__*/ littleEndianWrite();

/** Whether utf16Write is faster than a loop over the code units. */
export const hasFastUtf16: boolean = native?.ucs2Write !== undefined;

function littleEndianWrite(): NativeStrings["ucs2Write"] | undefined {
  if (!isLittleEndian) return undefined;
  return method("ucs2Write", function (text, start, length) {
    const units = new Uint16Array(this.buffer, this.byteOffset + start, length >> 1);
    for (let i = 0; i < units.length; i++) units[i] = text.charCodeAt(i);
    return length;
  });
}

/** The first position of these bytes from `start` on; undefined if the engine has no fast method for it. */
export const indexOfBytes: NativeStrings["indexOf"] | undefined = native?.indexOf;

/** Whether the text has no lone surrogate. */
export const isWellFormed: (text: string) => boolean = (String.prototype as { isWellFormed?: () => boolean })
  .isWellFormed
  ? (text) => (text as unknown as { isWellFormed(): boolean }).isWellFormed()
  : (text) => !/\p{Surrogate}/u.test(text);

interface NativeMemory {
  allocUnsafeSlow(size: number): { buffer: ArrayBuffer };
}

const memory = (globalThis as { Buffer?: Partial<NativeMemory> }).Buffer;

/** Allocates n uninitialised bytes: they must be overwritten before they leave this package. */
export const allocate: (n: number) => ReturnType<Uint8Array["slice"]> =
  memory?.allocUnsafeSlow === undefined
    ? (n) => new Uint8Array(n)
    : (n) => new Uint8Array((memory as NativeMemory).allocUnsafeSlow(n).buffer);
