import type { JsonValue } from "@protoloom/protobuf";

/** ProtoJSON as block-style YAML, with keys in the value's order. Quotes text that YAML could read as another type. */
export function toYaml(value: JsonValue): string {
  const lines: string[] = [];
  write(value, "", "", lines);
  return `${lines.join("\n")}\n`;
}

/** `head` is the start of the line: a key, or the dash of an element. */
function write(value: JsonValue, head: string, indent: string, lines: string[]): void {
  if (typeof value !== "object" || value === null) {
    lines.push(`${head}${scalar(value)}`);
    return;
  }
  const isList = Array.isArray(value);
  // the type of an Any determines how the rest is read
  const entries = Object.entries(value).sort(([a], [b]) => Number(b === "@type") - Number(a === "@type"));
  if (entries.length === 0) {
    lines.push(`${head}${isList ? "[]" : "{}"}`);
    return;
  }
  // an element's first key is on the line of its dash, the others on separate lines
  let first = head;
  if (head.endsWith(": ")) {
    lines.push(head.slice(0, -1));
    first = indent;
  }
  for (const [key, each] of entries) {
    write(each as JsonValue, `${first}${isList ? "- " : `${keyOf(key)}: `}`, `${indent}  `, lines);
    first = indent;
  }
}

function keyOf(key: string): string {
  return plain.test(key) && !reserved.test(key) ? key : JSON.stringify(key);
}

const plain = /^[A-Za-z_/][\w./-]*$/;
const reserved = /^(?:true|false|null|yes|no|on|off|y|n|~)$/i;

function scalar(value: string | number | boolean | null): string {
  if (typeof value !== "string") return String(value);
  return plain.test(value) && !reserved.test(value) ? value : JSON.stringify(value);
}
