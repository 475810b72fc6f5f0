const utf8 = new TextEncoder();
const fromUtf8 = new TextDecoder();

const PLAIN = /^(?! )[ -$&-~]*(?<! )$/;

/** Encodes a status message (gRPC over HTTP/2, "Status-Message"). Also encodes spaces, which HTTP/2 forbids at the ends. */
export function percentEncode(text: string): string {
  if (PLAIN.test(text)) return text;
  let encoded = "";
  for (const byte of utf8.encode(text)) {
    const isPlain = byte > 0x20 && byte < 0x7f && byte !== 0x25;
    encoded += isPlain ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return encoded;
}

/** Decodes a status message. Malformed sequences stay as they are, so that the status is not lost (ibid.). */
export function percentDecode(field: string): string {
  if (!field.includes("%")) return field;
  const bytes = new Uint8Array(field.length);
  let length = 0;
  for (let i = 0; i < field.length; i++) {
    const hex = field[i] === "%" ? /^[0-9a-fA-F]{2}/.exec(field.slice(i + 1, i + 3))?.[0] : undefined;
    bytes[length++] = hex === undefined ? field.charCodeAt(i) : Number.parseInt(hex, 16);
    if (hex !== undefined) i += 2;
  }
  return fromUtf8.decode(bytes.subarray(0, length));
}
