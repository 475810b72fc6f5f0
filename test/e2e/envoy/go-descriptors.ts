/** Envoy's API as the Go module of go-control-plane has it: its descriptors are string literals, which need no Go to be read. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { FileDescriptorProto } from "@protoloom/protobuf/wkt";

/** The descriptors of all files below a folder of Go sources. */
export function goDescriptors(folder: string): FileDescriptorProto[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".pb.go"))
    .sort()
    .flatMap((name) => {
      const bytes = rawDescriptor(readFileSync(join(folder, name), "utf8"));
      return bytes === undefined ? [] : [FileDescriptorProto.fromBinary(bytes)];
    });
}

/** `const file_x_rawDesc = "" + "…" + …`, one literal on each line. */
function rawDescriptor(source: string): Uint8Array | undefined {
  const [, literals] = /^const file_\w+_rawDesc = ((?:.*" \+\n)*.*"\n)/m.exec(source) ?? [];
  if (literals === undefined) return undefined;
  const pieces = literals.split("\n").map((line) => /"(.*)"/.exec(line)?.[1] ?? "");
  return Buffer.concat(pieces.map(unquoted));
}

const escapes: Readonly<Record<string, number>> = { a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11, "\\": 92, '"': 34 };

/** The bytes of a literal of Go. https://go.dev/ref/spec#String_literals */
function unquoted(text: string): Buffer {
  const pieces = text.matchAll(/\\x([\da-f]{2})|\\u([\da-f]{4})|\\U([\da-f]{8})|\\([0-7]{3})|\\(.)|([^\\]+)/g);
  return Buffer.concat(
    Array.from(pieces, ([, byte, short, long, octal, letter, plain]) => {
      if (plain !== undefined) return Buffer.from(plain);
      if (byte !== undefined) return Buffer.from([Number.parseInt(byte, 16)]);
      const point = short ?? long;
      if (point !== undefined) return Buffer.from(String.fromCodePoint(Number.parseInt(point, 16)));
      return Buffer.from([octal === undefined ? escapes[letter!]! : Number.parseInt(octal, 8)]);
    }),
  );
}
