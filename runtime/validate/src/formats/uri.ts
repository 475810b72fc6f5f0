import { DIGIT, HEX, isIn, LETTER, MARK, SUB_DELIM } from "./characters.js";
import { isIpv6 } from "./ip.js";

const UNRESERVED = LETTER | DIGIT | MARK;

/** Whether the text is a URI (RFC 3986). An IPv6 address in it may have a zone (RFC 6874). */
export function isUri(text: string): boolean {
  const colon = schemeEnd(text);
  return colon > 0 && isRest(text, colon + 1, true);
}

/** Whether the text is a URI or a relative reference (RFC 3986). */
export function isUriRef(text: string): boolean {
  return isUri(text) || isRest(text, 0, false);
}

/** The index of the colon after `ALPHA *( ALPHA / DIGIT / "+" / "-" / "." )`, or -1. */
function schemeEnd(text: string): number {
  if (!isIn(text, 0, LETTER)) return -1;
  let at = 1;
  while (isIn(text, at, LETTER | DIGIT) || (at < text.length && "+-.".includes(text[at]!))) at++;
  return text[at] === ":" ? at : -1;
}

/** `hier-part` or `relative-part`, then `[ "?" query ] [ "#" fragment ]`. */
function isRest(text: string, from: number, mayStartWithColon: boolean): boolean {
  let at = from;
  if (text.startsWith("//", at)) {
    at = authorityEnd(text, at + 2);
    if (at < 0 || (at < text.length && !"/?#".includes(text[at]!))) return false;
  } else if (!mayStartWithColon && hasColonFirst(text, at)) return false;
  at = run(text, at, UNRESERVED | SUB_DELIM, ":@/");
  if (text[at] === "?") at = run(text, at + 1, UNRESERVED | SUB_DELIM, ":@/?");
  if (text[at] === "#") at = run(text, at + 1, UNRESERVED | SUB_DELIM, ":@/?");
  return at === text.length;
}

/** `path-noscheme` has no colon in its first segment. */
function hasColonFirst(text: string, from: number): boolean {
  return text[run(text, from, UNRESERVED | SUB_DELIM, "@")] === ":";
}

/** The end of `[ userinfo "@" ] host [ ":" port ]`, or -1. */
function authorityEnd(text: string, from: number): number {
  const at = run(text, from, UNRESERVED | SUB_DELIM, ":");
  const start = text[at] === "@" ? at + 1 : from;
  let end = text[start] === "[" ? ipLiteralEnd(text, start) : run(text, start, UNRESERVED | SUB_DELIM, "");
  if (end < 0 || !isUtf8(text.slice(start, end))) return -1;
  if (text[end] === ":")
    do end++;
    while (isIn(text, end, DIGIT));
  return end;
}

/** RFC 3986: percent-encoded octets of a host are characters in UTF-8. */
function isUtf8(host: string): boolean {
  if (!host.includes("%")) return true;
  try {
    decodeURIComponent(host);
    return true;
  } catch {
    return false;
  }
}

/** The end of `"[" ( IPv6address / IPv6addrz / IPvFuture ) "]"`, or -1. */
function ipLiteralEnd(text: string, from: number): number {
  const end = text.indexOf("]", from);
  const inner = text.slice(from + 1, Math.max(end, 0));
  const zone = inner.indexOf("%25");
  const address = zone < 0 ? inner : inner.slice(0, zone);
  if (/^[0-9a-fA-F:]+$/.test(address) && isIpv6(address) && (zone < 0 || isZone(inner.slice(zone + 3)))) return end + 1;
  return /^v[0-9a-fA-F]+\.[\w.~!$&'()*+,;=:-]+$/.test(inner) ? end + 1 : -1;
}

/** `1*( unreserved / pct-encoded )` */
function isZone(text: string): boolean {
  return text !== "" && run(text, 0, UNRESERVED, "") === text.length;
}

/** The end of characters of the given classes, of `others`, and of `"%" HEXDIG HEXDIG`. */
function run(text: string, from: number, classes: number, others: string): number {
  let at = from;
  for (; at < text.length; at++) {
    if (isIn(text, at, classes) || others.includes(text[at]!)) continue;
    if (text[at] !== "%" || !isIn(text, at + 1, HEX) || !isIn(text, at + 2, HEX)) return at;
    at += 2;
  }
  return at;
}
