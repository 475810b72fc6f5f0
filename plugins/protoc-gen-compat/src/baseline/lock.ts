import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { fromText, toText } from "@bufbuild/protobuf/txtpb";
import { type FileDescriptorProto, FileDescriptorProtoSchema, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { InputError } from "../input-error.js";
import { type Image, imageOf } from "./image.js";
import { completeFields, namedOptions, numberedOptions, shortenFields } from "./lock-options.js";

const HEAD = `# What "protoloom check --against" compares with, as a FileDescriptorSet in the protobuf text format.
# "protoloom check FOLDER --update" writes it, also after a merge conflict.
`;

/** An image to commit: text without source info, files in the order of their names, one line for each field, value or RPC. */
export function lockImage(image: Image): string {
  const files = image.files.map(({ content }) => fromBinary(FileDescriptorProtoSchema, content));
  const names = namedOptions(files);
  const texts = [...files]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((file) => {
      shortenFields(file);
      names(file);
      return inLines(toText(FileDescriptorSetSchema, { $typeName: "google.protobuf.FileDescriptorSet", file: [file] }));
    });
  return `${[HEAD, ...texts].join("\n")}`;
}

/** Whether the bytes are a lock file in text. A binary descriptor set begins with the tag of field 1, a line break. */
export function isLock(bytes: Uint8Array): boolean {
  return /^(#|file\s*[:{]|<{7} )/.test(new TextDecoder().decode(bytes.subarray(0, 40)));
}

/** Reads a lock file. Throws InputError with the line of a merge conflict or of what cannot be read. */
export function parseLock(text: string, name: string): Image {
  const lines = text.split(/\r?\n/);
  const conflict = lines.findIndex((line) => /^(<{7}|={7}|>{7}|\|{7})( |$)/.test(line));
  if (conflict >= 0)
    throw new InputError(
      `${name}:${conflict + 1}: a merge conflict: resolve it by keeping the lines of both sides, or write the file again with --update`,
    );
  const files = blocksOf(lines, name).flatMap((block) => readBlock(block, name));
  const numbers = numberedOptions(files);
  for (const file of files) {
    completeFields(file);
    numbers(file);
  }
  return imageOf(
    files.map((file) => toBinary(FileDescriptorProtoSchema, file)),
    name,
  );
}

/** Consecutive lines, the first of which is the line `at` of the file, from 1. */
interface Block {
  readonly at: number;
  readonly lines: readonly string[];
}

/** The lines of each file: from `file {` to the `}` below it. */
function blocksOf(lines: readonly string[], name: string): Block[] {
  const blocks: Block[] = [];
  let start: number | undefined;
  for (const [i, line] of lines.entries()) {
    if (start === undefined) {
      if (line === "file {") start = i;
      else if (line.trim() !== "" && !line.startsWith("#"))
        throw new InputError(`${name}:${i + 1}: expected "file {", got ${JSON.stringify(line.slice(0, 40))}`);
    } else if (line === "}") {
      blocks.push({ at: start + 1, lines: lines.slice(start, i + 1) });
      start = undefined;
    } else if (line === "file {") {
      break; // the one before is not closed
    }
  }
  if (start !== undefined) throw new InputError(`${name}:${start + 1}: the "}" of this file is missing`);
  return blocks;
}

function readBlock({ at, lines }: Block, name: string): FileDescriptorProto[] {
  try {
    return read(lines).file;
  } catch {
    const [line, why] = firstWrong(lines);
    throw new InputError(`${name}:${at + line}: ${why}`);
  }
}

function read(lines: readonly string[]): { file: FileDescriptorProto[] } {
  return fromText(FileDescriptorSetSchema, lines.join("\n"));
}

/** The first line, from 0, with which the lines above it and the missing braces cannot be read, by bisection. */
function firstWrong(lines: readonly string[]): [line: number, why: string] {
  let [good, bad, why] = [0, lines.length, ""];
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    const first = lines.slice(0, middle);
    const open = first.filter((line) => line.endsWith("{")).length - first.filter((line) => line.trim() === "}").length;
    try {
      read([...first, "}".repeat(Math.max(open, 0))]);
      good = middle;
    } catch (e) {
      bad = middle;
      why = (e as Error).message;
    }
  }
  return [bad - 1, why === "" ? "cannot be read" : why];
}

/** Fields that hold declarations and are spread over lines. Everything else is one line. */
const SPREAD = /^(file|message_type|nested_type|enum_type|service)$/;

/** Text with a field on each line, as toText writes it, with one line for each declaration instead. */
function inLines(text: string): string {
  const lines = text
    .trimEnd()
    .replace(/^( *\w+): \{/gm, "$1 {")
    .split("\n");
  const out: string[] = [];
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!;
    const [, indent = "", name = ""] = /^( *)(\w+) \{$/.exec(line) ?? [];
    if (name === "" || SPREAD.test(name)) {
      out.push(line);
      continue;
    }
    const end = lines.indexOf(`${indent}}`, i);
    out.push(
      indent +
        lines
          .slice(i, end + 1)
          .map((each) => each.trim())
          .join(" "),
    );
    i = end;
  }
  return `${out.join("\n")}\n`;
}
