import { isIpv4, isIpv6 } from "./ip.js";

const DOT = 46;
const HYPHEN = 45;

/**
 * Whether the text is a hostname: labels of 1 to 63 letters, digits and inner hyphens, the last of them not all digits, with
 * or without a dot at the end, 253 characters at most.
 */
export function isHostname(text: string): boolean {
  if (text.length > 253) return false;
  const end = text.endsWith(".") ? text.length - 1 : text.length;
  let isNumber = false;
  for (let start = 0; start <= end; ) {
    let i = start;
    isNumber = true;
    for (; i < end; i++) {
      const c = text.charCodeAt(i);
      if (c === DOT) break;
      if (c >= 48 && c <= 57) continue;
      if (!((c >= 97 && c <= 122) || (c >= 65 && c <= 90) || c === HYPHEN)) return false;
      isNumber = false;
    }
    if (i === start || i - start > 63) return false;
    if (text.charCodeAt(start) === HYPHEN || text.charCodeAt(i - 1) === HYPHEN) return false;
    start = i + 1;
  }
  return !isNumber;
}

/** Whether the text is a hostname or an IP address (IPv6 in brackets), a colon and a port, which can be optional. */
export function isHostAndPort(text: string, isPortRequired: boolean): boolean {
  const colon = text.lastIndexOf(":");
  if (text.startsWith("[")) {
    const end = text.lastIndexOf("]");
    if (end + 1 === text.length) return !isPortRequired && isIpv6(text.slice(1, end));
    return end + 1 === colon && isIpv6(text.slice(1, end)) && isPort(text.slice(colon + 1));
  }
  if (colon < 0) return !isPortRequired && isHost(text);
  return isHost(text.slice(0, colon)) && isPort(text.slice(colon + 1));
}

function isHost(text: string): boolean {
  return isHostname(text) || isIpv4(text);
}

/** A decimal number up to 65535 without leading zeros. */
function isPort(text: string): boolean {
  return /^(?:0|[1-9][0-9]{0,4})$/.test(text) && Number(text) <= 65535;
}
