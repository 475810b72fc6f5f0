import { FieldDescriptorProto_Type as FieldType } from "@bufbuild/protobuf/wkt";
import { parseBytesDefault } from "@protoloom/plugin-kit";
import { quote } from "./annotation.js";
import type { Source, SourceField } from "./source.js";

/** The default of a field, for comparison and as Go prints it. */
export interface Default {
  readonly value: string | number | bigint | boolean;
  readonly isFloat: boolean;
  readonly shown: string;
}

export function defaultOf(field: SourceField, source: Source): Default {
  const { type, defaultValue } = field.proto;
  const text = Object.hasOwn(field.proto, "defaultValue") ? defaultValue : undefined;
  switch (type) {
    case FieldType.STRING:
      return { value: text ?? "", isFloat: false, shown: quote(text ?? "") };
    case FieldType.BYTES: {
      const bytes = parseBytesDefault(text ?? "") ?? new Uint8Array(0);
      const shown = Array.from(bytes, (byte) => `0x${byte.toString(16).toUpperCase()}`).join(",");
      return {
        value: Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""),
        isFloat: false,
        shown: `[${shown}]`,
      };
    }
    case FieldType.ENUM:
      return enumDefault(field, text, source);
    case FieldType.BOOL:
      return { value: text === "true", isFloat: false, shown: text ?? "false" };
    case FieldType.FLOAT:
    case FieldType.DOUBLE: {
      const number = text === undefined ? 0 : text === "nan" ? Number.NaN : Number(text.replace("inf", "Infinity"));
      const value = type === FieldType.FLOAT ? Math.fround(number) : number;
      return { value, isFloat: type === FieldType.FLOAT, shown: showFloat(value, type === FieldType.FLOAT) };
    }
    default:
      return { value: BigInt(text ?? 0), isFloat: false, shown: text ?? "0" };
  }
}

function enumDefault(field: SourceField, text: string | undefined, source: Source): Default {
  const type = source.enums.get(field.proto.typeName.slice(1));
  const values = type?.proto.value ?? [];
  const number = (text === undefined ? values[0] : values.find(({ name }) => name === text))?.number ?? 0;
  const name = values.find((value) => value.number === number)?.name;
  return { value: BigInt(number), isFloat: false, shown: `${type?.proto.name}.${name ?? `${number}(?)`}` };
}

/** Go's %v: the shortest form, with an exponent below 1e-4 and from 1e6 on. */
function showFloat(value: number, single: boolean): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "+Inf" : "-Inf";
  if (Object.is(value, -0)) return "-0";
  const shortest = single ? shortestSingle(value) : String(value);
  const [digits, exponent] = decimal(shortest);
  const point = exponent - 1;
  if (value !== 0 && (point < -4 || point >= 6)) {
    const mantissa = digits.length > 1 ? `${digits[0]}.${digits.slice(1)}` : digits;
    return `${value < 0 ? "-" : ""}${mantissa}e${point < 0 ? "-" : "+"}${String(Math.abs(point)).padStart(2, "0")}`;
  }
  return shortest;
}

/** The significant digits of a number, and how many of them precede the decimal point. */
function decimal(text: string): [digits: string, exponent: number] {
  const [, whole, fraction = "", exponent = "0"] = /^-?(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/.exec(text)!;
  const all = whole! + fraction;
  const leading = all.length - all.replace(/^0+/, "").length;
  return [all.replace(/^0+/, "").replace(/0+$/, "") || "0", whole!.length + Number(exponent) - leading];
}

function shortestSingle(value: number): string {
  for (let precision = 1; precision <= 9; precision++) {
    const text = String(Number(value.toPrecision(precision)));
    if (Math.fround(Number(text)) === value) return text;
  }
  return String(value);
}

export function isZeroDefault({ value }: Default): boolean {
  return value === "" || value === 0n || value === false || Object.is(value, 0);
}

export function sameDefault(a: Default, b: Default): boolean {
  if (typeof a.value === "string" || typeof b.value === "string") return a.value === b.value;
  if (a.isFloat !== b.isFloat && typeof a.value === "number" && typeof b.value === "number") {
    return Object.is(Math.fround(a.value), Math.fround(b.value)) || Math.fround(a.value) === Math.fround(b.value);
  }
  if (Number.isNaN(a.value) || Number.isNaN(b.value)) return Number.isNaN(a.value) && Number.isNaN(b.value);
  // biome-ignore lint/suspicious/noDoubleEquals: numbers, big integers and bools are compared by value
  return a.value == b.value;
}
