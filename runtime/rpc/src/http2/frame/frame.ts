// The numbers of RFC 9113.

export * as ErrorCode from "./error-code.js";
export * as Flag from "./flag.js";
export * as FrameType from "./frame-type.js";

const errorNames = [
  ...["NO_ERROR", "PROTOCOL_ERROR", "INTERNAL_ERROR", "FLOW_CONTROL_ERROR", "SETTINGS_TIMEOUT", "STREAM_CLOSED"],
  ...["FRAME_SIZE_ERROR", "REFUSED_STREAM", "CANCEL", "COMPRESSION_ERROR", "CONNECT_ERROR", "ENHANCE_YOUR_CALM"],
  ...["INADEQUATE_SECURITY", "HTTP_1_1_REQUIRED"],
];

/** The name that the RFC gives a code: `ENHANCE_YOUR_CALM`. */
export function errorName(code: number): string {
  return errorNames[code] ?? `code ${code}`;
}

/** Section 4.1. */
export const HEAD_BYTES = 9;
/** The largest payload that every endpoint accepts (section 4.2). We neither send nor accept larger ones. */
export const MAX_FRAME = 16384;
export const MAX_WINDOW = 0x7fffffff;
/** Section 6.9.2. */
export const DEFAULT_WINDOW = 65535;
/** The first bytes of a client (section 3.4). */
export const PREFACE: Uint8Array = Uint8Array.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", (c) => c.charCodeAt(0));

export function readUint32(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
}

/** Reads 32 bits and drops the reserved one. */
export function readUint31(bytes: Uint8Array, at: number): number {
  return readUint32(bytes, at) & 0x7fffffff;
}
