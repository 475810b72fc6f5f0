/** Mutations of JSON text: each takes a text and another text of the type, and returns a text, valid or not. */
export const TEXT_DAMAGE = {
  "token dropped": byToken((_random, tokens, at) => tokens.splice(at, 1)),
  "token doubled": byToken((_random, tokens, at) => tokens.splice(at, 0, tokens[at])),
  "token moved": byToken((random, tokens, at) => tokens.splice(at, 0, random.pick(tokens))),
  "tokens exchanged": byToken((random, tokens, at) => {
    const other = random.below(tokens.length);
    [tokens[at], tokens[other]] = [tokens[other], tokens[at]];
  }),
  "token replaced": byToken((random, tokens, at) => {
    tokens[at] = random.pick(TOKENS);
  }),
  "value replaced": byToken((random, tokens, at) => {
    const values = tokens.flatMap((token, i) => (/^["\d\w-]/.test(token) && tokens[i + 1]?.trim() !== ":" ? [i] : []));
    tokens[values.length === 0 ? at : random.pick(values)] = random.pick(TOKENS);
  }),
  "member twice": (random, text) => {
    const members = [...text.matchAll(MEMBER)];
    if (members.length === 0) return text;
    const { 0: member, index } = random.pick(members);
    return `${text.slice(0, index)}${member},${text.slice(index)}`;
  },
  "text spliced": (random, text, other) =>
    text.slice(0, random.below(text.length + 1)) + other.slice(random.below(other.length + 1)),
  "text cut off": (random, text) => text.slice(0, random.below(text.length + 1)),
  "unit dropped": (random, text) => replaceUnits(text, random.below(text.length), 1, ""),
  "unit changed": (random, text) => replaceUnits(text, random.below(text.length), 1, random.pick(UNITS)),
  "unit inserted": (random, text) => replaceUnits(text, random.below(text.length + 1), 0, random.pick(UNITS)),
};

function replaceUnits(text, at, count, unit) {
  return text.slice(0, at) + unit + text.slice(at + count);
}

/** Strings, numbers, names, punctuation and white space: together they are all of the text. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.]*(?:[eE][+-]?\d+)?|\w+|\s+|./gs;
/** A member whose value has no brackets. */
const MEMBER = /"[^"\\]*(?:\\.[^"\\]*)*"\s*:\s*(?:"[^"\\]*(?:\\.[^"\\]*)*"|[^\s,{}[\]"]+)/g;

function byToken(change) {
  return (random, text) => {
    const tokens = text.match(TOKEN) ?? [];
    if (tokens.length === 0) return text;
    change(random, tokens, random.below(tokens.length));
    return tokens.join("");
  };
}

const UNITS = [
  ..."{}[]:,\"\\/ \t\n\r\u0000\u0001\u007f\u00a0\u2028\ufeff0123456789.+-eEaAnNuUtTfF_$@'é漢",
  "\ud83c",
  "\udf89",
  "🎉",
];

const WORDS = 'null true false tru nul NaN Infinity undefined {} [] [null] {"a":null} [[]] , : { } [ ]'.split(" ");
const NUMBERS =
  "0 -0 7 -7 00 01 -01 - +1 .5 1. 1.0 1.5 1e2 1E+2 1e 1e+ 1e400 -1e400 1e-400 -1e-400 0e0 0e999999999999 1e-99999999999 0.1 0.30000000000000004 2147483647 2147483648 -2147483648 -2147483649 4294967295 4294967296 9007199254740992 9007199254740993 -9007199254740993 123456789012345678 999999999999999999 9223372036854775807 9223372036854775808 -9223372036854775808 -9223372036854775809 18446744073709551615 18446744073709551616 9007199254740993.0 9.007199254740993e15 3.4028235e38 3.4028236e38 3.4028235677973366e38 3.5e38 -3.5e38 1e39 1.4e-45 7e-46 16777217 0.100000001490116119384765625 1.00000005960464478 5e-324 2e-324 1.7976931348623157e308 1.7976931348623159e308 123456789012345678901234567890 0x10 1_000 ٣".split(
    " ",
  );
const STRINGS = [
  ...[
    "",
    " ",
    " 7",
    "7 ",
    "a",
    "true",
    "null",
    "A",
    "AAE",
    "AAE=",
    "AA==",
    "AA=A",
    "AAE=AAE=",
    "-_8=",
    "+/8",
    "%%%%",
    "Infinity",
    "-Infinity",
    "NaN",
    "nan",
  ],
  ...[
    "2026-11-30T00:00:00Z",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59.999999999Z",
    "0000-12-31T23:59:59Z",
    "2026-02-30T00:00:00Z",
    "2026-11-30t00:00:00z",
    "2026-11-30T24:00:00Z",
    "2026-11-30T00:00:00.1234567891Z",
    "2026-11-30 00:00:00Z",
    "2026-11-30T00:00:00",
  ],
  ...[
    "1s",
    "-0.5s",
    "0.0000000001s",
    "315576000001s",
    "1",
    "1.s",
    ".5s",
    "+1s",
    "a,b",
    "fooBar",
    "foo_bar",
    "foo.,",
    "A",
  ],
  ...[
    "__proto__",
    "constructor",
    "toString",
    "@type",
    "[x]",
    "google.protobuf.Duration",
    "type.googleapis.com/google.protobuf.Any",
  ],
  "x".repeat(70),
  "é🎉".repeat(40),
];
const ODD_STRINGS = [
  '"\\x"',
  '"\\u12"',
  '"\\ud83c"',
  '"\\udf89\\ud83c"',
  '"\ud83c"',
  '"\u0001"',
  '"\n"',
  '"',
  '"\\',
  "'a'",
  '"\\/+8="',
  '"\\u0041AE="',
  '"a\\u0000"',
];

/** Values that fields of other kinds have, and texts that only look like values. */
const TOKENS = [
  ...WORDS,
  ...NUMBERS,
  ...NUMBERS.map((number) => `"${number}"`),
  ...STRINGS.map((text) => JSON.stringify(text)),
  ...ODD_STRINGS,
  " ",
  "\u00a0",
  "/* */",
];
