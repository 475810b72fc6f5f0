// The numbers of RFC 9113.

/** Section 6. */
export const FrameType = {
  Data: 0,
  Headers: 1,
  Priority: 2,
  RstStream: 3,
  Settings: 4,
  PushPromise: 5,
  Ping: 6,
  Goaway: 7,
  WindowUpdate: 8,
  Continuation: 9,
} as const;

/** Flags of frames. */
export const Flag = { EndStream: 1, Ack: 1, EndHeaders: 4, Padded: 8, Priority: 32 } as const;

/** Section 7. */
export const ErrorCode = {
  NoError: 0,
  ProtocolError: 1,
  InternalError: 2,
  FlowControlError: 3,
  SettingsTimeout: 4,
  StreamClosed: 5,
  FrameSizeError: 6,
  RefusedStream: 7,
  Cancel: 8,
  CompressionError: 9,
  ConnectError: 10,
  EnhanceYourCalm: 11,
  InadequateSecurity: 12,
  Http11Required: 13,
} as const;

export type ErrorCode = (typeof ErrorCode)[keyof typeof ErrorCode];

const errorNames = new Map<number, string>(
  Object.entries(ErrorCode).map(([name, code]) => [code, name.replace(/(?<=[a-z])[A-Z0-9]/g, "_$&").toUpperCase()]),
);

/** The name that the RFC gives a code: `ENHANCE_YOUR_CALM`. */
export function errorName(code: number): string {
  return errorNames.get(code) ?? `code ${code}`;
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
