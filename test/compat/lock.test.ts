/** The lock file: text from which exactly the image comes back, that a reviewer can read and git can merge. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { encodeSet, type Image, parseImage } from "../../plugins/protoc-gen-compat/src/baseline/image.js";
import { lockImage, parseLock } from "../../plugins/protoc-gen-compat/src/baseline/lock.js";
import { readImage } from "../../plugins/protoc-gen-compat/src/edge/read-image.js";
import { corpus } from "./corpus.mjs";

let image: Image;
let lock: string;

beforeAll(() => {
  image = parseImage(readFileSync(corpus.images.before), "before");
  lock = lockImage(image);
});

/** The encoded files by name. */
function contents({ files }: Image): Map<string, string> {
  return new Map(files.map(({ name, content }) => [name, Buffer.from(content).toString("hex")]));
}

describe("a lock file", () => {
  test.each(["before", "after"] as const)("gives every file of the corpus back, byte for byte: %s", (side) => {
    const whole = parseImage(readFileSync(corpus.images[side]), side);
    const again = contents(parseLock(lockImage(whole), "compat.lock"));
    expect([...contents(whole)].filter(([name, bytes]) => again.get(name) !== bytes).map(([name]) => name)).toEqual([]);
    expect(again.size).toBe(whole.files.length);
  });

  test("is the same when it is written again, and whatever order the files have", () => {
    expect(lockImage(parseLock(lock, "compat.lock"))).toBe(lock);
    const reversed = { ...image, files: [...image.files].reverse() };
    expect(lockImage(reversed)).toBe(lock);
  });

  test("has a line for each field, value, RPC and custom option by its name", () => {
    for (const line of [
      '    field { name: "author" number: 3 type: TYPE_STRING }',
      '    value { name: "E_ONE" number: 1 }',
    ])
      expect(lock.split("\n")).toContain(line);
    expect(lock).toMatch(
      /^ {4}method \{ name: "\w+" input_type: .* name_part: "google\.api\.http" is_extension: true/m,
    );
  });

  test("is read with the line breaks of Windows, and with comments", () => {
    const changed = lock.replaceAll("\n", "\r\n").replace("file {", "# mine\r\nfile {");
    expect(contents(parseLock(changed, "compat.lock"))).toEqual(contents(image));
  });

  test("merges where two sides change different lines", () => {
    const [start, end] = [lock.indexOf("file {"), lock.lastIndexOf("file {")];
    const both = `${lock.slice(0, start)}${lock.slice(end)}${lock.slice(start, end)}`; // as a merge may order them
    expect(contents(parseLock(both, "compat.lock"))).toEqual(contents(image));
  });

  test("that was written as gzipped binary is still read", () => {
    const file = join(import.meta.dirname, "../../.cache/compat/old.lock");
    writeFileSync(file, gzipSync(encodeSet(image.files.map(({ content }) => content))));
    expect(contents(readImage(file))).toEqual(contents(image));
    writeFileSync(file, lock);
    expect(contents(readImage(file))).toEqual(contents(image));
  });
});

describe("a damaged lock file says where", () => {
  const small =
    'file {\n  name: "a.proto"\n  message_type {\n    name: "M"\n    field { name: "a" number: 1 type: TYPE_BOOL }\n  }\n}\n';

  test.each([
    [`<<<<<<< HEAD\n${small}`, "compat.lock:1: a merge conflict: resolve it"],
    [
      small.replace("    field", "<<<<<<< HEAD\n    field").replace("  }\n}", "=======\n>>>>>>> other\n  }\n}"),
      "compat.lock:5: a merge conflict",
    ],
    [small.replace("\n", "\r\n=======\r\n"), "compat.lock:2: a merge conflict"],
    [small.replace("TYPE_BOOL", "TYPE_BOLL"), "compat.lock:5: "],
    [small.replace("number: 1", "numbr: 1"), 'compat.lock:5: unknown field "numbr"'],
    [small.replace("  }\n}", "  }"), 'compat.lock:1: the "}" of this file is missing'],
    [`${small}oops\n`, 'compat.lock:8: expected "file {", got "oops"'],
    ["# empty\n", "cannot read image compat.lock: it holds no files"],
  ])("%#", (text, message) => {
    expect(() => parseLock(text, "compat.lock")).toThrow(message);
  });
});
