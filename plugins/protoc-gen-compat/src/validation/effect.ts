import { base64Encode } from "@bufbuild/protobuf/wire";
import type { Direction, Effect } from "../finding.js";
import type { AnyField } from "../pairs.js";
import type { Difference } from "./compare.js";
import { type Example, type Subject, someMessage, subjectOf } from "./subject.js";

/** An effect on calls: a message that its writer's rules accept and its reader's refuse, as JSON with the one field. */
export function refused(field: AnyField, { value, rule }: Difference, direction: Direction): Effect {
  const name = field.kind === "extension" ? `[${field.typeName}]` : field.jsonName;
  const data = value === undefined ? {} : { [name]: jsonOf(value, subjectOf(field)) };
  return refusedMessage(
    field.kind === "extension" ? field.extendee.typeName : field.parent.typeName,
    data,
    rule,
    direction,
  );
}

export function refusedMessage(message: string, data: object, rule: string, direction: Direction): Effect {
  const witness = {
    surface: "rpc",
    direction,
    writer: direction === "backward" ? "previous" : "next",
    message,
    data: JSON.stringify(data),
    written: "valid",
    read: `refused by ${rule}`,
  } as const;
  return { surface: "rpc", direction, verdict: "conditional", witness };
}

function jsonOf(value: Example, subject: Subject): unknown {
  if (value instanceof Uint8Array) return base64Encode(value);
  if (value instanceof Map)
    return Object.fromEntries([...value].map(([key, each]) => [String(key), jsonOf(each, subject.item!)]));
  if (Array.isArray(value)) return value.map((each) => jsonOf(each, subject.item!));
  if (value === someMessage) return {};
  if (subject.kind === "any") return { "@type": value };
  if (subject.kind === "time") return timeOf(value as bigint, subject);
  if (subject.kind === "enum") return subject.enum!.values.find(({ number }) => number === value)?.name ?? value;
  if (typeof value === "bigint" || (typeof value === "number" && !Number.isFinite(value))) return String(value);
  return value;
}

const NANOS = 1_000_000_000n;

function timeOf(nanos: bigint, { message }: Subject): string {
  const digits = (part: bigint): string =>
    String(part < 0n ? -part : part)
      .padStart(9, "0")
      .replace(/0+$/, "");
  if (message!.typeName === "google.protobuf.Duration") {
    const part = digits(nanos % NANOS);
    return `${nanos < 0n ? "-" : ""}${(nanos < 0n ? -nanos : nanos) / NANOS}${part === "" ? "" : `.${part}`}s`;
  }
  const rest = ((nanos % NANOS) + NANOS) % NANOS;
  const day = new Date(Number((nanos - rest) / 1_000_000n)).toISOString().slice(0, 19);
  const part = digits(rest);
  return `${day}${part === "" ? "" : `.${part}`}Z`;
}
