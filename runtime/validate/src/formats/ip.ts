import { HEX, isIn } from "./characters.js";

/** Whether the text is an IPv4 address in dotted decimals. */
export function isIpv4(text: string): boolean {
  return parseIpv4(text) !== undefined;
}

/** Whether the text is an IPv6 address (RFC 4291), with or without a zone (RFC 4007). */
export function isIpv6(text: string): boolean {
  return parseIpv6(text, true) !== undefined;
}

/** Whether the text is an IP address of the version 4 or 6, of either with 0, of none with another number. */
export function isIp(text: string, version = 0): boolean {
  return (version === 4 || version === 0) && isIpv4(text) ? true : (version === 6 || version === 0) && isIpv6(text);
}

/**
 * Whether the text is an IP address with a prefix length, of a version as for `isIp`. With `isStrict`, the bits to the right of
 * the prefix must be zero.
 */
export function isIpPrefix(text: string, version = 0, isStrict = false): boolean {
  if ((version === 4 || version === 0) && isPrefix(text, 32, (ip) => pieces(parseIpv4(ip)), isStrict)) return true;
  return (version === 6 || version === 0) && isPrefix(text, 128, (ip) => parseIpv6(ip, false), isStrict);
}

function isPrefix(
  text: string,
  bits: number,
  parse: (ip: string) => readonly number[] | undefined,
  isStrict: boolean,
): boolean {
  const slash = text.indexOf("/");
  const length = text.slice(slash + 1);
  if (slash < 0 || !/^(?:0|[1-9][0-9]{0,2})$/.test(length) || Number(length) > bits) return false;
  const address = parse(text.slice(0, slash));
  return (
    address !== undefined && (!isStrict || address.every((piece, i) => isZeroAfter(piece, Number(length) - 16 * i)))
  );
}

/** Whether the bits of a 16-bit piece after the first `kept` are zero. */
function isZeroAfter(piece: number, kept: number): boolean {
  return kept >= 16 || (piece & (0xffff >>> Math.max(kept, 0))) === 0;
}

function pieces(address: number | undefined): readonly number[] | undefined {
  return address === undefined ? undefined : [address >>> 16, address & 0xffff];
}

/** The 32 bits of an IPv4 address. */
function parseIpv4(text: string): number | undefined {
  let bits = 0;
  let at = 0;
  for (let octet = 0; octet < 4; octet++) {
    if (octet > 0 && text.charCodeAt(at++) !== 46) return undefined;
    const start = at;
    let value = 0;
    for (let c = text.charCodeAt(at); c >= 48 && c <= 57 && at - start < 3; c = text.charCodeAt(++at)) {
      value = value * 10 + (c - 48);
    }
    const hasLeadingZero = at - start > 1 && text.charCodeAt(start) === 48;
    if (at === start || hasLeadingZero || value > 255) return undefined;
    bits = (bits << 8) | value;
  }
  return at === text.length ? bits >>> 0 : undefined;
}

/**
 * The eight 16-bit pieces of an IPv6 address; zeros where protovalidate does not count them after a dotted tail.
 * Steps are those of protovalidate's library, so that every language judges the same text alike.
 */
function parseIpv6(text: string, mayHaveZone: boolean): readonly number[] | undefined {
  const found: number[] = [];
  let gap = -1; // the pieces before "::"
  let at = 0;
  while (at < text.length) {
    if (gap >= 0 || found.length === 6) {
      const end = dottedEnd(text, at);
      if (end > 0) {
        const tail = end === text.length ? parseIpv4(text.slice(at)) : undefined;
        return tail === undefined ? undefined : spread([...found, ...pieces(tail)!], gap);
      }
    }
    const start = at;
    while (isIn(text, at, HEX)) at++;
    if (at - start > 4) return undefined;
    if (at > start) {
      found.push(Number.parseInt(text.slice(start, at), 16));
      continue;
    }
    if (text[at] !== ":") break;
    at++;
    if (text[at] === ":") {
      if (gap >= 0 || text[at + 1] === ":") return undefined;
      gap = found.length;
      at++;
    } else if (at === 1 || at === text.length) return undefined; // a single colon at the start or the end
  }
  if (at < text.length) {
    const isZone = mayHaveZone && text[at] === "%" && at + 1 < text.length;
    if (!isZone) return undefined;
  }
  const isComplete = gap >= 0 ? found.length < 8 : found.length === 8;
  return isComplete ? spread(found, gap) : undefined;
}

/** The end of seven or more digits and dots, or 0. */
function dottedEnd(text: string, from: number): number {
  let at = from;
  for (let c = text.charCodeAt(at); (c >= 48 && c <= 57) || c === 46; c = text.charCodeAt(++at));
  return at - from >= 7 ? at : 0;
}

function spread(found: readonly number[], gap: number): readonly number[] {
  if (gap < 0 || found.length >= 8) return found.length === 8 ? found : zeros;
  return [...found.slice(0, gap), ...zeros.slice(found.length), ...found.slice(gap)];
}

const zeros: readonly number[] = [0, 0, 0, 0, 0, 0, 0, 0];
