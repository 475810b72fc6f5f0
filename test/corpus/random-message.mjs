import { create, ScalarType } from "@bufbuild/protobuf";
import { reflect } from "@bufbuild/protobuf/reflect";
import { anyPack } from "@bufbuild/protobuf/wkt";

const INT32 = [0, 1, -1, 127, 128, 16383, 16384, 2 ** 31 - 1, -(2 ** 31)];
const UINT32 = [0, 1, 127, 128, 300, 2 ** 31, 2 ** 32 - 1];
const INT64 = [0n, 1n, -1n, 128n, 2n ** 53n, 2n ** 63n - 1n, -(2n ** 63n)];
const UINT64 = [0n, 1n, 127n, 2n ** 32n, 2n ** 53n + 1n, 2n ** 64n - 1n];
const FLOAT = [0, -0, 1, -1.5, Math.fround(0.1), Math.fround(3.4e38), Math.fround(1e-40), Infinity, -Infinity];
const DOUBLE = [0, -0, 0.1, -1e-308, 5e-324, Number.MAX_VALUE, 2 ** 53, Infinity, -Infinity];
const STRING = [
  "",
  "liuchao",
  '\u0000\u001f\u007f"\\/\u2028',
  "purchase order, twenty-eight characters and more",
  "采购订单",
  "👩‍👩‍👧 é ß",
  "x".repeat(200),
];

const scalars = new Map([
  [ScalarType.DOUBLE, DOUBLE],
  [ScalarType.FLOAT, FLOAT],
  [ScalarType.INT64, INT64],
  [ScalarType.UINT64, UINT64],
  [ScalarType.INT32, INT32],
  [ScalarType.FIXED64, UINT64],
  [ScalarType.FIXED32, UINT32],
  [ScalarType.BOOL, [false, true]],
  [ScalarType.STRING, STRING],
  [ScalarType.BYTES, [0, 1, 3, 200].map((length) => Uint8Array.from({ length }, (_, i) => 255 - i))],
  [ScalarType.UINT32, UINT32],
  [ScalarType.SFIXED32, INT32],
  [ScalarType.SFIXED64, INT64],
  [ScalarType.SINT32, INT32],
  [ScalarType.SINT64, INT64],
]);

/** Types whose JSON has rules that most instances break: what these functions make keeps them. */
const wellKnown = {
  "google.protobuf.Timestamp": (random, m) => {
    m.seconds = BigInt(random.pick([0, -1, 1.7e9, -62135596800, 253402300799]));
    m.nanos = random.pick([0, 1, 1000, 999000000, 999999999]);
  },
  "google.protobuf.Duration": (random, m) => {
    const sign = random.pick([1, -1]);
    m.seconds = BigInt(sign * random.pick([0, 1, 315576000000]));
    m.nanos = sign * random.pick([0, 5000, 250000000]) + 0; // no -0
  },
  "google.protobuf.FieldMask": (random, m) => {
    m.paths = random.list(() => random.pick(["a", "user_id", "user.display_name", "a_b.c_d"]));
  },
  "google.protobuf.Any": (random, m, { depth, anyTypes }) => {
    if (depth <= 0 || anyTypes.length === 0) return;
    const desc = random.pick(anyTypes);
    Object.assign(m, anyPack(desc, randomMessage(desc, random, { depth: depth - 1, density: 0.3, anyTypes: [] })));
  },
  "google.protobuf.Struct": (random, m, { depth }) => {
    for (const name of random.list(() => random.pick(["a", "b", "10", "long name", "名"]))) {
      m.fields[name] = randomValue(m.$typeName, random, depth - 1);
    }
  },
  "google.protobuf.ListValue": (random, m, { depth }) => {
    m.values = random.list(() => randomValue(m.$typeName, random, depth - 1));
  },
  "google.protobuf.Value": (random, m, { depth }) => Object.assign(m, randomValue(m.$typeName, random, depth)),
};

function randomValue(_inside, random, depth) {
  const leaves = [
    { case: "nullValue", value: 0 },
    { case: "boolValue", value: random.pick([true, false]) },
    { case: "numberValue", value: random.pick(DOUBLE.filter(Number.isFinite)) },
    { case: "stringValue", value: random.pick(STRING) },
  ];
  const list = () => ({
    $typeName: "google.protobuf.ListValue",
    values: random.list(() => randomValue("", random, depth - 1)),
  });
  const kind = depth > 0 && random.chance(0.3) ? { case: "listValue", value: list() } : random.pick(leaves);
  return { $typeName: "google.protobuf.Value", kind };
}

const LEGACY_REQUIRED = 3; // FeatureSet.FieldPresence

/**
 * A random message, built by its descriptor through reflection. `density` is the chance of a field to be set; at
 * `depth` 0 no field is set that holds messages. Any holds messages of `anyTypes`. Strings are from `texts`, if it is given.
 */
export function randomMessage(desc, random, options) {
  const message = create(desc);
  const special = wellKnown[desc.typeName];
  if (special !== undefined) {
    special(random, message, options);
    return message;
  }
  const target = reflect(desc, message);
  for (const member of desc.members) {
    if (!random.chance(options.density) && member.presence !== LEGACY_REQUIRED) continue;
    const field = member.kind === "oneof" ? random.pick(member.fields) : member;
    if (field.message === undefined || options.depth > 0) setField(target, field, random, options);
  }
  return message;
}

function setField(target, field, random, options) {
  const inner = { ...options, depth: options.depth - 1, density: options.density * 0.8 };
  switch (field.fieldKind) {
    case "list":
      for (const item of items(field, random, inner)) target.get(field).add(item);
      break;
    case "map":
      for (const item of random.list(() => element(field, random, inner))) {
        target.get(field).set(random.pick(valuesOf(field.mapKey, options)), item);
      }
      break;
    default:
      target.set(field, element(field, random, inner));
  }
}

/** Seldom more than a hundred, so that lengths take two bytes; not of messages, which may hold such lists themselves. */
function items(field, random, options) {
  const length = field.message === undefined && random.chance(0.02) ? 130 : 1;
  return Array.from({ length }, () => random.list(() => element(field, random, options))).flat();
}

/** One element of a field, in the shape that reflection takes. */
function element(field, random, options) {
  if (field.message !== undefined) return reflect(field.message, randomMessage(field.message, random, options));
  if (field.enum !== undefined) {
    const takesUnknown = field.enum.open && field.enum.typeName !== "google.protobuf.NullValue"; // which is null in JSON
    const unknown = takesUnknown ? [12345, -1] : [];
    return random.pick([...field.enum.values.map((value) => value.number), ...unknown]);
  }
  return random.pick(valuesOf(field.scalar, options));
}

function valuesOf(scalar, { texts = STRING }) {
  return scalar === ScalarType.STRING ? texts : scalars.get(scalar);
}

/** A seeded source of choices (mulberry32). */
export class Random {
  constructor(seed) {
    this.state = seed >>> 0;
  }

  /** From 0 up to 1. */
  next() {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let x = this.state;
    x = Math.imul(x ^ (x >>> 15), x | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  }

  chance(probability) {
    return this.next() < probability;
  }

  pick(list) {
    return list[Math.floor(this.next() * list.length)];
  }

  /** None to three items. */
  list(make) {
    return Array.from({ length: Math.floor(this.next() * 4) }, make);
  }
}
