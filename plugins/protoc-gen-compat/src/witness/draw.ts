import type { FieldLayout, ScalarName, Value } from "../layout.js";
import type { Random } from "./random.js";
import { scalars } from "./scalar.js";
import type { Entry, FieldState } from "./state.js";
import { candidates } from "./values.js";
import { sortEntries } from "./wire.js";

/** Draws any value of a field, all sizes equally likely: lists of up to three items, maps of up to two entries. */
export function drawState(field: FieldLayout, other: FieldLayout | undefined, random: Random): FieldState {
  switch (field.cardinality) {
    case "map":
      return drawEntries(field, other, random);
    case "repeated":
      return Array.from({ length: 1 + random(3) }, () => drawValue(field, other, random));
    default:
      return drawValue(field, other, random);
  }
}

function drawEntries(field: FieldLayout, other: FieldLayout | undefined, random: Random): FieldState {
  const [one, two] = [0, 1].map(
    (): Entry => ({
      key: drawValue(field.key!, other?.key, random),
      value: drawValue(field.value!, other?.value, random),
    }),
  ) as [Entry, Entry];
  const differ = String(one.key) !== String(two.key);
  return differ && random(2) === 1 ? sortEntries([one, two]) : [one];
}

function drawValue(field: FieldLayout, other: FieldLayout | undefined, random: Random): Value {
  switch (field.kind) {
    case "bool":
      return random(2) === 1;
    case "float":
    case "double":
      return drawFloat(field.kind, random);
    case "string":
      return field.utf8 || random(4) > 0 ? text.encode(drawText(random)) : drawBytes(random);
    case "bytes":
      return drawBytes(random);
    case "enum":
    case "message": {
      const known = candidates(field, other);
      return known[random(known.length)]!;
    }
    default:
      return drawInteger(field.kind, random);
  }
}

const text = new TextEncoder();

/** Draws the number of bits first, so that small numbers are as likely as large ones. */
function drawInteger(kind: ScalarName, random: Random): bigint {
  const { min, max } = scalars[kind];
  const bits = (BigInt(random(1 << 30)) << 60n) | (BigInt(random(1 << 30)) << 30n) | BigInt(random(1 << 30));
  const size = BigInt.asUintN(1 + random(64), bits);
  const value = min! < 0n && random(2) === 1 ? -size : size;
  return value < min! ? min! : value > max! ? max! : value;
}

const scratch = new DataView(new ArrayBuffer(8));

function drawFloat(kind: "float" | "double", random: Random): number {
  scratch.setUint32(0, random(2 ** 32));
  scratch.setUint32(4, random(2 ** 32));
  return kind === "float" ? scratch.getFloat32(0) : scratch.getFloat64(0);
}

/** ASCII, Latin, the rest of the first plane, and beyond it; no surrogates. */
const planes: readonly [from: number, count: number][] = [
  [0x20, 0x5f],
  [0xa0, 0x60],
  [0x400, 0x9000],
  [0x1f300, 0x400],
];

function drawText(random: Random): string {
  return Array.from({ length: random(12) }, () => {
    const [from, count] = planes[random(planes.length)]!;
    return String.fromCodePoint(from + random(count));
  }).join("");
}

function drawBytes(random: Random): Uint8Array {
  return Uint8Array.from({ length: random(12) }, () => random(256));
}
