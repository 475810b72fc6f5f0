/** The ways in which ProtoJSON may spell one and the same value: white space, escapes, numbers, base64. */

const SPACES = [" ", "\t", "\n", "\r", "  ", "\r\n    "];

/** White space for one text: none, one space, or any. */
export function createSpace(random) {
  const style = random.below(4);
  if (style < 2) return () => "";
  if (style === 2) return () => (random.chance(0.5) ? " " : "");
  return () => (random.chance(0.4) ? random.pick(SPACES) : "");
}

const SHORT_ESCAPES = {
  '"': '\\"',
  "\\": "\\\\",
  "/": "\\/",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

/** The string in quotes: as it is, or with escapes that no one needs. */
export function spellString(random, text) {
  const plain = JSON.stringify(text);
  if (random.chance(0.7)) return plain;
  const rate = random.pick([0.1, 0.5, 1]);
  const units = Array.from({ length: text.length }, (_, i) => text[i]);
  return `"${units.map((unit) => spellUnit(random, unit, rate)).join("")}"`;
}

function spellUnit(random, unit, rate) {
  const short = SHORT_ESCAPES[unit];
  if (short !== undefined && (unit !== "/" || random.chance(rate))) {
    return random.chance(0.7) ? short : escapeOf(random, unit);
  }
  return unit < " " || random.chance(rate) ? escapeOf(random, unit) : unit;
}

function escapeOf(random, unit) {
  const digits = unit.charCodeAt(0).toString(16).padStart(4, "0");
  return `\\u${random.chance(0.5) ? digits.toUpperCase() : digits}`;
}

/** An integer: its digits, with a fraction of zeros, or with an exponent; in quotes or not. */
export function spellInteger(random, value, isLong) {
  const digits = String(value);
  const number = random.chance(0.7) ? digits : random.pick(INTEGERS)(random, digits);
  // Most readers round such numbers to a double unless they are quoted.
  const isExact = BigInt.asIntN(54, BigInt(value)) === BigInt(value);
  const isQuoted = isLong ? random.chance(isExact ? 0.7 : 0.95) : random.chance(0.2);
  return isQuoted ? spellString(random, number) : number;
}

const INTEGERS = [
  (random, digits) => `${digits}.${"0".repeat(random.between(1, 3))}`,
  (random, digits) => `${digits}${random.pick(["e", "E"])}${random.pick(["0", "+0", "-0", "00"])}`,
  (random, digits) => {
    const zeros = /^-?0/.test(digits) ? 0 : random.between(1, 4);
    return `${digits}${"0".repeat(zeros)}e-${zeros}`;
  },
  (_, digits) => {
    const [, sign, first, rest] = /^(-?)(\d)(\d*)$/.exec(digits);
    return rest === "" ? digits : `${sign}${first}.${rest}e${rest.length}`;
  },
];

/** A float or double: the shortest text, more digits than needed, with an exponent; in quotes or not. */
export function spellReal(random, value) {
  if (!Number.isFinite(value)) return spellString(random, String(value));
  const number = random.chance(0.5) ? String(value) : random.pick(REALS)(random, value);
  return random.chance(0.2) ? spellString(random, number) : number;
}

const REALS = [
  (_, value) => (Object.is(value, -0) ? "-0" : String(value)),
  (_, value) => (Object.is(value, -0) ? "-0.0" : value.toExponential()),
  (random, value) => value.toExponential(random.between(16, 20)).replace("e", random.pick(["e", "E"])),
  (random, value) => value.toPrecision(random.between(17, 40)),
  (_, value) => (Number.isInteger(value) && Math.abs(value) < 1e21 ? `${BigInt(value)}.0` : String(value)),
];

/** Bytes: both alphabets of base64, with padding or without. */
export function spellBytes(random, bytes) {
  const buffer = Buffer.from(bytes);
  const text = buffer.toString(random.pick(["base64", "base64", "base64url"]));
  return spellString(random, random.chance(0.3) ? text.replace(/=+$/, "") : text);
}
