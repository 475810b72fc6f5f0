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

let utf8Decoder: TextDecoder | undefined;
let strictDecoder: TextDecoder | undefined;
let utf8Encoder: TextEncoder | undefined;

/** The engine takes so many arguments. */
const ARGUMENTS = 8192;

/** A character for each unit. TextDecoder does not help: in Hermes, the engine of React Native, it supports UTF-8 only. */
function textOf(units: Uint8Array | Uint16Array): string {
  let text = "";
  for (let i = 0; i < units.length; i += ARGUMENTS) {
    text += String.fromCharCode.apply(null, units.subarray(i, i + ARGUMENTS) as unknown as number[]);
  }
  return text;
}

/** One character per byte. */
export const latin1Slice: NativeStrings["latin1Slice"] = /*@__PURE__*/ method("latin1Slice", function (start, end) {
  return textOf(this.subarray(start, end));
});

/** Decodes UTF-8; each ill-formed sequence becomes U+FFFD. */
export const utf8Slice: NativeStrings["utf8Slice"] = /*@__PURE__*/ method("utf8Slice", function (start, end) {
  utf8Decoder ??= new TextDecoder("utf-8", { ignoreBOM: true });
  return utf8Decoder.decode(this.subarray(start, end));
});

/**
 * Whether utf8Slice is faster than a loop: V8 13.6, which is in Node 24, and Bun decode UTF-8 ten times as fast as V8 12. They
 * can be told by RegExp.escape.
 */
export const hasFastUtf8: boolean = native?.utf8Slice !== undefined && "escape" in RegExp;

/** Decodes UTF-8; throws a TypeError if it is ill-formed. */
export function decodeUtf8(bytes: Uint8Array): string {
  strictDecoder ??= new TextDecoder("utf-8", { ignoreBOM: true, fatal: true });
  return strictDecoder.decode(bytes);
}

/** Decodes little-endian UTF-16 that is well-formed, from an even start on. */
export const utf16Slice: NativeStrings["ucs2Slice"] = /*@__PURE__*/ method("ucs2Slice", function (start, end) {
  return textOf(new Uint16Array(this.buffer, this.byteOffset + start, (end - start) >> 1));
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
export function allocate(n: number): ReturnType<Uint8Array["slice"]> {
  return new Uint8Array((memory?.allocUnsafeSlow?.(n).buffer ?? n) as ArrayBuffer);
}
