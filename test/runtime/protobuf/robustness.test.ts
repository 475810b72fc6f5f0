/**
 * Cases beyond the official conformance suite, with bytes and JSON written by hand: one section per line of the
 * list. `npm run fuzz` asks the same of a million inputs.
 */
import { expect, test } from "@jest/globals";
import { createRegistry, getExtension, hasExtension, ProtobufError } from "@protoloom/protobuf";
import { Duration, Timestamp } from "@protoloom/protobuf/wkt";
import { Closed, Mixed, Required } from "../../gen/ts/robustness/edition2023_pb.js";
import { Box, Color, Form, more_colors, Paint, second_color, Text } from "../../gen/ts/robustness/proto2_pb.js";
import { Choice, Known, Lists, Maps, Scalars, Size, Tree } from "../../gen/ts/robustness/proto3_pb.js";

function bytes(text: string): Uint8Array {
  return Uint8Array.from(text.split(" ").filter(Boolean), (byte) => Number.parseInt(byte, 16));
}

function hex(data: Uint8Array): string {
  return Array.from(data, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
}

/** A length-delimited field, or the end of one around others. */
function field(tag: string, ...content: string[]): string {
  const inner = content.join(" ").trim();
  const length = bytes(inner).length;
  const varint = length < 128 ? [length] : [(length & 127) | 128, length >> 7];
  return `${tag} ${hex(Uint8Array.from(varint))} ${inner}`.trim();
}

/** Expects the documented error with exactly this message. */
function refuses(action: () => unknown, message: string): void {
  expect(action).toThrow(ProtobufError);
  expect(action).toThrow(new ProtobufError(message));
}

// --- A closed enum's unknown value goes to the unknown fields: singular, repeated, map value, oneof, extension alike. ---

test("closed enum: an unknown value is an unknown field, and the field stays unset", () => {
  const paint = Paint.fromBinary(bytes("08 05"));
  expect(paint.color).toBeUndefined();
  expect(paint.$unknown).toEqual([{ no: 1, wireType: 0, data: bytes("05") }]);
  expect(hex(paint.toBinary())).toBe("08 05");
});

test("closed enum: an unknown value leaves the known one before it, and comes after it in the output", () => {
  const paint = Paint.fromBinary(bytes("08 02 08 05"));
  expect(paint.color).toBe(Color.BLUE);
  expect(hex(paint.toBinary())).toBe("08 02 08 05");
});

test("closed enum: a negative unknown value keeps its ten bytes", () => {
  const input = "08 fe ff ff ff ff ff ff ff ff 01";
  expect(hex(Paint.fromBinary(bytes(input)).toBinary())).toBe(input);
});

test("closed enum: the input ends behind its tag", () => {
  refuses(() => Paint.fromBinary(bytes("08")), "cannot decode field robustness.proto2.Paint.color: truncated message");
});

test("closed enum: the value is the low 32 bits, so 2^32 + 2 is known", () => {
  expect(Paint.fromBinary(bytes("08 82 80 80 80 10")).color).toBe(Color.BLUE);
});

test("closed enum: known elements of a list stay, unknown ones move, in their order", () => {
  const paint = Paint.fromBinary(bytes("10 07 10 02 10 08 10 00"));
  expect(paint.colors).toEqual([Color.BLUE, Color.RED]);
  expect(hex(paint.toBinary())).toBe("10 02 10 00 10 07 10 08");
});

test("closed enum: unknown elements of a packed list move one by one", () => {
  const paint = Paint.fromBinary(bytes("1a 04 07 02 08 00"));
  expect(paint.packedColors).toEqual([Color.BLUE, Color.RED]);
  expect(hex(paint.toBinary())).toBe("1a 02 02 00 18 07 18 08");
});

test("closed enum: a map entry with an unknown value moves as a whole", () => {
  const paint = Paint.fromBinary(bytes("22 05 0a 01 61 10 07 22 05 0a 01 62 10 02"));
  expect(paint.colorByName).toEqual({ b: Color.BLUE });
  expect(hex(paint.toBinary())).toBe("22 05 0a 01 62 10 02 22 05 0a 01 61 10 07");
});

test("closed enum: an unknown value in a oneof does not change which member is set", () => {
  const paint = Paint.fromBinary(bytes("32 01 61 28 07"));
  expect(paint.choice).toEqual({ case: "chosenName", value: "a" });
  expect(hex(paint.toBinary())).toBe("32 01 61 28 07");
});

test("closed enum: an unknown value in an extension is not the extension's value", () => {
  const paint = Paint.fromBinary(bytes("a0 06 07 a8 06 02 a8 06 08"));
  expect(hasExtension(paint, second_color)).toBe(false);
  expect(getExtension(paint, second_color)).toBe(Color.RED);
  expect(getExtension(paint, more_colors)).toEqual([Color.BLUE]);
  expect(hex(paint.toBinary())).toBe("a0 06 07 a8 06 02 a8 06 08");
});

test("closed enum: edition 2023 decides by the enum, not by the file", () => {
  const mixed = Mixed.fromBinary(bytes("18 07 20 07 62 05 0a 01 61 10 07"));
  expect(mixed.open).toBe(7);
  expect(mixed.closed).toBeUndefined();
  expect(mixed.closedByName).toEqual({});
  expect(hex(mixed.toBinary())).toBe("18 07 20 07 62 05 0a 01 61 10 07");
});

test("open enum: an unknown value is the field's value everywhere", () => {
  expect(Scalars.fromBinary(bytes("70 07")).aSize).toBe(7);
  expect(Lists.fromBinary(bytes("72 02 07 01")).sizes).toEqual([7, Size.SMALL]);
  expect(Maps.fromBinary(bytes("3a 05 0a 01 61 10 07")).sizeByString).toEqual({ a: 7 });
  expect(Choice.fromBinary(bytes("20 07")).choice).toEqual({ case: "size", value: 7 });
});

// --- A field with an unexpected wire type is an unknown field, never an error and never a guess. ---

/** A value of each wire type, as it follows a tag. */
const VALUES: Record<number, string> = { 0: "05", 1: "01 02 03 04 05 06 07 08", 2: "02 08 01", 5: "01 02 03 04" };

/** The tag of a field number below 32 with a wire type, and for a group a whole group. */
function unexpected(number: number, wireType: number): string {
  const tag = (wire: number) =>
    hex(Uint8Array.from(number < 16 ? [(number << 3) | wire] : [((number << 3) & 127) | wire | 128, number >> 4]));
  return wireType === 3 ? `${tag(3)} 08 01 ${tag(4)}` : `${tag(wireType)} ${VALUES[wireType]}`;
}

const SCALAR_WIRE_TYPES = [0, 0, 0, 0, 0, 0, 5, 1, 5, 1, 5, 1, 0, 0, 2, 2, 0, 2];

test.each(SCALAR_WIRE_TYPES.map((expected, i) => [i + 1, expected]))(
  "unexpected wire type: field %i of Scalars, which has wire type %i, is unknown in any other",
  (number, expected) => {
    for (const wireType of [0, 1, 2, 3, 5].filter((wire) => wire !== expected)) {
      const input = unexpected(number, wireType);
      const message = Scalars.fromBinary(bytes(input));
      expect({ ...message, $unknown: undefined }).toEqual({ ...new Scalars() });
      expect(hex(message.toBinary())).toBe(input);
    }
  },
);

test.each([[15], [16], [18]])("unexpected wire type: list field %i of Lists has no packed form to accept", (number) => {
  for (const wireType of [0, 1, 3, 5]) {
    const input = unexpected(number, wireType);
    const message = Lists.fromBinary(bytes(input));
    expect(message.equals(new Lists())).toBe(true);
    expect(hex(message.toBinary())).toBe(input);
  }
});

test("unexpected wire type: a list of varints accepts packed and expanded, whichever is declared, even mixed", () => {
  expect(Lists.fromBinary(bytes("08 01 0a 02 02 03 08 04 0a 00")).int32s).toEqual([1, 2, 3, 4]);
  const lists = Lists.fromBinary(bytes("9a 01 02 01 02 98 01 03"));
  expect(lists.expanded).toEqual([1, 2, 3]);
  expect(hex(lists.toBinary())).toBe("98 01 01 98 01 02 98 01 03");
});

test("unexpected wire type: a list of fixed values accepts packed and expanded", () => {
  expect(Lists.fromBinary(bytes("3d 01 00 00 00 3a 08 02 00 00 00 03 00 00 00")).fixed32s).toEqual([1, 2, 3]);
  expect(Lists.fromBinary(bytes("61 00 00 00 00 00 00 f0 3f 62 08 00 00 00 00 00 00 00 40")).doubles).toEqual([1, 2]);
});

test("unexpected wire type: a list of varints as fixed values is unknown, next to what is right", () => {
  const lists = Lists.fromBinary(bytes("08 01 0d 01 02 03 04 08 02"));
  expect(lists.int32s).toEqual([1, 2]);
  expect(hex(lists.toBinary())).toBe("0a 02 01 02 0d 01 02 03 04");
});

test("unexpected wire type: a group where a message is declared is unknown, and the other way round", () => {
  expect(hex(Tree.fromBinary(bytes("0b 28 01 0c")).toBinary())).toBe("0b 28 01 0c");
  expect(Tree.fromBinary(bytes("0b 28 01 0c")).left).toBeUndefined();
  const box = Box.fromBinary(bytes("12 02 08 01"));
  expect(box.lid).toBeUndefined();
  expect(hex(box.toBinary())).toBe("12 02 08 01");
});

test("unexpected wire type: in edition 2023, delimited and length-prefixed fields are not mistaken for each other", () => {
  const mixed = Mixed.fromBinary(bytes("4b 38 01 4c 52 02 38 01"));
  expect(mixed.prefixed).toBeUndefined();
  expect(mixed.delimited).toBeUndefined();
  expect(hex(mixed.toBinary())).toBe("4b 38 01 4c 52 02 38 01");
});

test("unexpected wire type: a oneof member in another wire type does not set the oneof", () => {
  const choice = Choice.fromBinary(bytes("08 01 15 01 02 03 04"));
  expect(choice.choice).toEqual({ case: "number", value: 1 });
  expect(hex(choice.toBinary())).toBe("08 01 15 01 02 03 04");
});

test("unexpected wire type: in a map entry, key and value keep their defaults", () => {
  expect(Maps.fromBinary(bytes("0a 07 0d 01 00 00 00 10 07")).byInt32).toEqual({ 0: 7 });
  expect(Maps.fromBinary(bytes("22 05 0a 01 61 10 07")).byString).toEqual({ a: "" });
});

// --- A nested message never reads past its end; lengths are checked before allocation. ---

test("nested end: 22 01 08 05 is rejected, not read as two fields", () => {
  refuses(
    () => Choice.fromBinary(bytes("1a 01 08 05")),
    "cannot decode field robustness.proto3.Choice.message.a_int32: truncated message",
  );
  refuses(
    () => Tree.fromBinary(bytes("22 01 28 05")),
    "cannot decode field robustness.proto3.Tree.chosen.number: truncated message",
  );
});

test.each([
  ["a varint", "0a 02 28 80 01", "left.number"],
  ["a length", "0a 03 0a 7f 00", "left.left"],
  ["a longer length", "0a 03 0a 80 01", "left.left"],
  ["a list element", "12 02 28 80", "children[0].number"],
  ["the second list element", "12 00 12 02 28 80", "children[1].number"],
])("nested end: %s must lie within it", (_, input, path) => {
  refuses(() => Tree.fromBinary(bytes(input)), `cannot decode field robustness.proto3.Tree.${path}: truncated message`);
});

test.each([
  ["fixed32", "92 01 03 3d 01 02 03 04 05 06 07 08", "a_fixed32"],
  ["fixed64", "92 01 03 41 01 02 03 04 05 06 07 08", "a_fixed64"],
  ["float", "92 01 03 5d 01 02 03 04 05 06 07 08", "a_float"],
  ["double", "92 01 03 61 01 02 03 04 05 06 07 08", "a_double"],
  ["string", "92 01 03 7a 02 61 62", "a_string"],
  ["bytes", "92 01 04 82 01 02 61 62", "a_bytes"],
  ["an int64 varint", "92 01 03 10 80 80 01", "a_int64"],
  ["a bool varint", "92 01 02 68 80 01", "a_bool"],
  ["an enum varint", "92 01 02 70 80 01", "a_size"],
])("nested end: %s must lie within it", (_, input, name) => {
  refuses(
    () => Scalars.fromBinary(bytes(input)),
    `cannot decode field robustness.proto3.Scalars.a_message.${name}: truncated message`,
  );
});

test("nested end: an unknown field must lie within it", () => {
  for (const inner of ["c0 3e 80", "c1 3e 01", "c2 3e 02", "c5 3e 01", "c3 3e"]) {
    expect(() => Tree.fromBinary(bytes(`${field("0a", inner)} 00 00 00 00 00 00 00 00`))).toThrow(
      /^cannot decode field robustness\.proto3\.Tree\.left.*: truncated message$/,
    );
  }
});

test("nested end: a packed list and a map entry must lie within it, and their values within them", () => {
  expect(() => Lists.fromBinary(bytes("0a 02 01 80 01"))).toThrow(
    /^cannot decode field robustness\.proto3\.Lists\.int32s.*: truncated message$/,
  );
  expect(() => Lists.fromBinary(bytes("12 02 01 80 01"))).toThrow(/Lists\.int64s.*: truncated message$/);
  expect(() => Lists.fromBinary(bytes("0a 05 01"))).toThrow(/Lists\.int32s.*: truncated message$/);
  expect(() => Maps.fromBinary(bytes("0a 03 08 01 10 05"))).toThrow(/Maps\.by_int32.*: truncated message$/);
  expect(() => Maps.fromBinary(bytes("22 03 0a 02 61 62"))).toThrow(/Maps\.by_string.*: truncated message$/);
});

test.each([
  ["fixed32s", "3a", 4],
  ["fixed64s", "42", 8],
  ["sfixed32s", "4a", 4],
  ["sfixed64s", "52", 8],
  ["floats", "5a", 4],
  ["doubles", "62", 8],
])("nested end: packed %s whose length is not a multiple of their size", (name, tag, size) => {
  for (let n = 1; n < size; n++) {
    expect(() => Lists.fromBinary(bytes(field(tag, "01 ".repeat(size + n).trim())))).toThrow(
      new RegExp(`^cannot decode field robustness\\.proto3\\.Lists\\.${name}.*: `),
    );
  }
});

const HUGE_LENGTHS = [
  "ff ff ff ff 07",
  "fe ff ff ff 07",
  "ff ff ff ff 0f",
  "ff ff ff ff ff ff ff ff 7f",
  "ff ff ff ff ff ff ff ff ff 01",
  "80 80 80 80 10",
];

test.each(HUGE_LENGTHS)("lengths: %s is refused before anything is allocated", (length) => {
  const before = process.memoryUsage().arrayBuffers;
  for (const tag of ["7a", "82 01", "92 01", "c2 3e"]) {
    expect(() => Scalars.fromBinary(bytes(`${tag} ${length} 61`))).toThrow(ProtobufError);
  }
  for (const tag of ["0a", "12", "3a", "42", "5a", "62", "6a", "72", "7a", "82 01", "92 01"]) {
    expect(() => Lists.fromBinary(bytes(`${tag} ${length} 61`))).toThrow(
      /^cannot decode field robustness\.proto3\.Lists\./,
    );
  }
  expect(() => Maps.fromBinary(bytes(`22 ${length} 61`))).toThrow(
    /^cannot decode field robustness\.proto3\.Maps\.by_string/,
  );
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1 << 20);
});

test("lengths: the varint may be longer than it must be, up to five bytes", () => {
  expect(Scalars.fromBinary(bytes("7a 81 00 61")).aString).toBe("a");
  expect(Scalars.fromBinary(bytes("7a 81 80 80 80 00 61")).aString).toBe("a");
  expect(() => Scalars.fromBinary(bytes("7a 81 80 80 80 80 00 61"))).toThrow(
    /^cannot decode field robustness\.proto3\.Scalars\.a_string: /,
  );
});

test("length: 2 GiB and more are refused as a whole, as positions are int32", () => {
  const huge = Object.defineProperty(new Uint8Array(), "length", { value: 2 ** 31 });
  refuses(() => Tree.fromBinary(huge), "cannot decode message robustness.proto3.Tree: it has 2 GiB or more");
});

// --- Field number 0, wire types 6 and 7, varints over 10 bytes, an unmatched end-group, truncation: rejected, with path. ---

test.each([
  ["varint", "00 01"],
  ["fixed64", "01 00 00 00 00 00 00 00 00"],
  ["length-delimited", "02 00"],
  ["group", "03 04"],
  ["fixed32", "05 00 00 00 00"],
  ["an overlong tag", "80 00 01"],
])("field number 0 is rejected: %s", (_, input) => {
  refuses(() => Scalars.fromBinary(bytes(input)), "cannot decode message robustness.proto3.Scalars: field number 0");
  refuses(
    () => Scalars.fromBinary(bytes(field("92 01", input))),
    "cannot decode field robustness.proto3.Scalars.a_message: field number 0",
  );
});

test("field number 0 is rejected inside unknown groups and map entries too", () => {
  expect(() => Scalars.fromBinary(bytes("c3 3e 00 01 c4 3e"))).toThrow(/: field number 0$/);
  expect(() => Maps.fromBinary(bytes("0a 02 00 01"))).toThrow(
    /^cannot decode field robustness\.proto3\.Maps\.by_int32.*: field number 0$/,
  );
});

test.each([
  [6, "0e"],
  [7, "0f"],
  [6, "96 01"],
  [7, "c7 3e"],
])("wire type %i is rejected: %s", (wireType, tag) => {
  expect(() => Scalars.fromBinary(bytes(`${tag} 00`))).toThrow(
    new RegExp(`^cannot decode .*robustness\\.proto3\\.Scalars.*: wire type ${wireType}$`),
  );
  expect(() => Scalars.fromBinary(bytes(field("92 01", `${tag} 00`)))).toThrow(
    new RegExp(`^cannot decode field robustness\\.proto3\\.Scalars\\.a_message.*: wire type ${wireType}$`),
  );
  expect(() => Scalars.fromBinary(bytes(`c3 3e ${tag} 00 c4 3e`))).toThrow(new RegExp(`: wire type ${wireType}$`));
});

const ELEVEN = "80 80 80 80 80 80 80 80 80 80 00";

test.each([
  ["a_int32", "08"],
  ["a_int64", "10"],
  ["a_uint32", "18"],
  ["a_uint64", "20"],
  ["a_sint32", "28"],
  ["a_sint64", "30"],
  ["a_bool", "68"],
  ["a_size", "70"],
  ["maybe_int32", "88 01"],
])("a varint of eleven bytes is rejected: %s", (name, tag) => {
  refuses(
    () => Scalars.fromBinary(bytes(`${tag} ${ELEVEN}`)),
    `cannot decode field robustness.proto3.Scalars.${name}: varint of more than 10 bytes`,
  );
});

test("a varint of eleven bytes is rejected in packed lists, maps, unknown fields, tags and lengths", () => {
  for (const tag of ["0a", "12", "1a", "22", "2a", "32", "6a", "72"]) {
    expect(() => Lists.fromBinary(bytes(field(tag, ELEVEN)))).toThrow(
      /^cannot decode field robustness\.proto3\.Lists\.\w+(\[\d+\])?: /,
    );
  }
  expect(() => Maps.fromBinary(bytes(field("0a", "08", ELEVEN)))).toThrow(/Maps\.by_int32/);
  expect(() => Scalars.fromBinary(bytes(`c0 3e ${ELEVEN}`))).toThrow(ProtobufError);
  expect(() => Scalars.fromBinary(bytes(`c3 3e 08 ${ELEVEN} c4 3e`))).toThrow(ProtobufError);
  expect(() => Scalars.fromBinary(bytes("88 80 80 80 80 80 80 80 80 80 00 01"))).toThrow(ProtobufError);
  expect(() => Scalars.fromBinary(bytes(`7a ${ELEVEN}`))).toThrow(ProtobufError);
});

test("a tag has at most five bytes and 32 bits; a shorter overlong one is the field's, in maps too", () => {
  expect(Scalars.fromBinary(bytes("88 80 80 80 00 05")).aInt32).toBe(5);
  expect(Maps.fromBinary(bytes("0a 06 88 00 01 90 00 02")).byInt32).toEqual({ 1: 2 });
  expect(Paint.fromBinary(bytes("22 07 8a 00 01 61 90 00 02")).colorByName).toEqual({ a: Color.BLUE });
  expect(() => Scalars.fromBinary(bytes("88 80 80 80 80 00 05"))).toThrow(ProtobufError);
  expect(() => Scalars.fromBinary(bytes("88 80 80 80 10 05"))).toThrow(ProtobufError);
});

test.each(["0c", "c4 3e", "0b 0c 0c", "0b 14", "c3 3e cc 3e", "c3 3e 0c c4 3e", "04"])(
  "an end-group without its start is rejected: %s",
  (input) => {
    expect(() => Scalars.fromBinary(bytes(input))).toThrow(
      /^cannot decode (message|field) robustness\.proto3\.Scalars/,
    );
  },
);

test.each([
  ["of another group", "13 08 01 0c"],
  ["of another group inside", "13 1b 14 1c"],
  ["missing", "13 08 01"],
  ["missing for the inner", "13 12 14"],
  ["beyond a message's end", "1a 03 13 08 01 14"],
  ["in a message's middle", "13 12 01 14 14"],
])("a group's end is its own: %s", (_, input) => {
  expect(() => Box.fromBinary(bytes(input))).toThrow(/^cannot decode field robustness\.proto2\.Box\./);
});

test("groups nest, and end where they must", () => {
  const box = Box.fromBinary(bytes("13 08 01 12 06 13 1a 02 02 03 14 14 23 08 07 24"));
  expect(box.lid?.weight).toBe(1);
  expect(box.lid?.box?.lid?.holes).toEqual([2, 3]);
  expect(box.side.map((side) => side.area)).toEqual([7]);
});

/** A message with every field, nested in all ways. */
const WHOLE: [string, (data: Uint8Array) => unknown, string][] = [
  [
    "Scalars",
    (data) => Scalars.fromBinary(data),
    "08 80 01 11 01 02 03 04 05 06 07 08 5d 00 00 80 3f 61 00 00 00 00 00 00 f0 3f 7a 03 e6 97 a5 92 01 02 08 01",
  ],
  ["Lists", (data) => Lists.fromBinary(data), "0a 03 01 80 01 3a 04 01 00 00 00 7a 01 61 92 01 02 08 01 98 01 05"],
  ["Maps", (data) => Maps.fromBinary(data), "0a 04 08 01 10 02 22 06 0a 01 61 12 01 62 32 07 0a 01 61 12 02 08 01"],
  ["Box", (data) => Box.fromBinary(data), "08 01 13 08 02 12 02 08 03 14 1a 02 08 04 23 08 05 24"],
  ["Mixed", (data) => Mixed.fromBinary(data), "0a 01 61 4a 02 38 01 53 38 02 54 5b 5c 6b 38 03 6c"],
];

test.each(WHOLE)("truncation at every byte of %s is rejected, except between its fields", (typeName, decode, input) => {
  const data = bytes(input);
  const ends: number[] = [];
  for (let n = 0; n <= data.length; n++) {
    try {
      decode(data.subarray(0, n));
      ends.push(n);
    } catch (error) {
      expect(error).toBeInstanceOf(ProtobufError);
      expect((error as Error).message).toMatch(
        new RegExp(`^cannot decode (message|field) robustness\\.\\w+\\.${typeName}\\b.*: truncated message$`),
      );
    }
  }
  expect(ends).toEqual(fieldEnds(data));
});

/** The positions between the top-level fields, read with nothing but the rules of the wire format. */
function fieldEnds(data: Uint8Array): number[] {
  const ends = [0];
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = data[at++]!;
      value |= (byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  const skip = (n: number) => {
    at += n;
  };
  let depth = 0;
  while (at < data.length) {
    const wireType = varint() & 7;
    if (wireType === 0) varint();
    else if (wireType === 1) at += 8;
    else if (wireType === 2) skip(varint());
    else if (wireType === 3) depth++;
    else if (wireType === 4) depth--;
    else at += 4;
    if (depth === 0) ends.push(at);
  }
  return ends;
}

test("garbage leaves the decoder as it was", () => {
  const good = bytes(WHOLE[0]![2]);
  const expected = Scalars.fromBinary(good);
  for (const garbage of ["0c", "7a 05 61", "13", "c3 3e", "92 01 05 13", `08 ${ELEVEN}`]) {
    expect(() => Scalars.fromBinary(bytes(garbage))).toThrow(ProtobufError);
    expect(Scalars.fromBinary(good).equals(expected)).toBe(true);
  }
});

// --- Last one wins for scalars; singular messages merge; oneof switches; map entries default missing keys and values. ---

test("merging: the last scalar wins", () => {
  expect(Scalars.fromBinary(bytes("08 01 7a 01 61 08 02 7a 01 62"))).toMatchObject({ aInt32: 2, aString: "b" });
  expect(Scalars.fromBinary(bytes("08 01 08 00")).aInt32).toBe(0);
  expect(Scalars.fromBinary(bytes("88 01 01 88 01 00")).maybeInt32).toBe(0);
});

test("merging: a singular message merges, its lists grow, its scalars are replaced", () => {
  const tree = Tree.fromBinary(bytes("0a 04 28 01 12 00 0a 04 28 02 12 00 0a 02 12 00"));
  expect(tree.left?.number).toBe(2);
  expect(tree.left?.children).toHaveLength(3);
});

test("merging: groups and delimited fields merge as messages do", () => {
  expect(Box.fromBinary(bytes("13 08 01 18 05 14 13 18 06 14")).lid).toMatchObject({ weight: 1, holes: [5, 6] });
  expect(Mixed.fromBinary(bytes("53 38 01 54 53 40 02 54")).delimited).toMatchObject({ explicit: 1, implicit: 2 });
});

test("merging: another member of a oneof takes its place", () => {
  expect(Choice.fromBinary(bytes("08 01 12 01 61")).choice).toEqual({ case: "text", value: "a" });
  expect(Choice.fromBinary(bytes("12 01 61 08 00")).choice).toEqual({ case: "number", value: 0 });
});

test("merging: a message in a oneof merges with itself, and starts anew after another member", () => {
  const merged = Choice.fromBinary(bytes("1a 02 08 01 1a 02 10 02")).choice;
  expect(merged.case === "message" && [merged.value.aInt32, merged.value.aInt64]).toEqual([1, 2n]);
  const anew = Choice.fromBinary(bytes("1a 02 08 01 08 05 1a 02 10 02")).choice;
  expect(anew.case === "message" && [anew.value.aInt32, anew.value.aInt64]).toEqual([0, 2n]);
});

test("merging: mergeFromBinary merges as concatenation does", () => {
  const [first, second] = ["08 01 92 01 02 08 01 7a 01 61", "92 01 02 10 02 7a 01 62"];
  const message = Scalars.fromBinary(bytes(first));
  message.mergeFromBinary(bytes(second));
  expect(message.equals(Scalars.fromBinary(bytes(`${first} ${second}`)))).toBe(true);
});

test.each([
  ["neither", "0a 00", { byInt32: { 0: 0 } }],
  ["no key", "0a 02 10 05", { byInt32: { 0: 5 } }],
  ["no value", "0a 02 08 05", { byInt32: { 5: 0 } }],
  ["no int64 value", "12 02 08 05", { byInt64: { 5: 0n } }],
  ["no bool key", "1a 02 10 01", { byBool: { false: true } }],
  ["no string key", "22 03 12 01 61", { byString: { "": "a" } }],
  ["no string value", "22 03 0a 01 61", { byString: { a: "" } }],
  ["no bytes value", "2a 03 0a 01 61", { bytesByString: { a: new Uint8Array() } }],
  ["no enum value", "3a 03 0a 01 61", { sizeByString: { a: Size.UNKNOWN } }],
  ["no double value", "42 02 08 05", { doubleByUint64: { 5: 0 } }],
])("map entries: %s gives the default", (_, input, expected) => {
  expect(Maps.fromBinary(bytes(input))).toMatchObject(expected);
});

test("map entries: no message value gives an empty message", () => {
  const value = Maps.fromBinary(bytes("32 03 0a 01 61")).messageByString.a;
  expect(value).toBeInstanceOf(Scalars);
  expect(value?.equals(new Scalars())).toBe(true);
});

test("map entries: the last of a key wins as a whole, and so does the last key or value inside an entry", () => {
  expect(Maps.fromBinary(bytes("0a 04 08 01 10 02 0a 02 08 01")).byInt32).toEqual({ 1: 0 });
  expect(Maps.fromBinary(bytes("0a 08 08 01 10 02 08 03 10 04")).byInt32).toEqual({ 3: 4 });
  const message = Maps.fromBinary(bytes("32 05 12 03 88 01 01 32 02 12 00")).messageByString[""];
  expect(message?.maybeInt32).toBeUndefined();
});

test("map entries: the value may come before the key, and unknown fields are dropped", () => {
  expect(Maps.fromBinary(bytes("0a 06 10 02 08 01 18 07")).byInt32).toEqual({ 1: 2 });
  expect(hex(Maps.fromBinary(bytes("0a 06 10 02 08 01 18 07")).toBinary())).toBe("0a 04 08 01 10 02");
});

test("map entries: __proto__ is a key like any other", () => {
  const map = Maps.fromBinary(bytes(field("22", "0a 09 5f 5f 70 72 6f 74 6f 5f 5f 12 01 61"))).byString;
  expect(Object.keys(map)).toEqual(["__proto__"]);
  expect(Object.getPrototypeOf(map)).toBe(Object.prototype);
});

// --- int32 from a 10-byte varint; bool from any non-zero varint; -0 and NaN survive; 64-bit at both limits. ---

test.each([
  ["aInt32", "08 ff ff ff ff ff ff ff ff ff 01", -1],
  ["aInt32", "08 ff ff ff ff 0f", -1],
  ["aInt32", "08 80 80 80 80 f8 ff ff ff ff 01", -2147483648],
  ["aInt32", "08 85 80 80 80 10", 5],
  ["aInt32", "08 85 80 80 80 80 80 80 80 80 00", 5],
  ["aUint32", "18 ff ff ff ff ff ff ff ff ff 01", 4294967295],
  ["aUint32", "18 85 80 80 80 10", 5],
  ["aSint32", "28 ff ff ff ff 0f", -2147483648],
  ["aSint32", "28 81 80 80 80 10", -1],
  ["aSize", "70 ff ff ff ff ff ff ff ff ff 01", -1],
  ["aSize", "70 81 80 80 80 10", 1],
] as const)("32 bits: %s from %s is %p", (name, input, value) => {
  expect(Scalars.fromBinary(bytes(input))[name]).toBe(value);
});

test("32 bits: a packed list and a map key take the low 32 bits too", () => {
  expect(Lists.fromBinary(bytes("0a 0f ff ff ff ff ff ff ff ff ff 01 85 80 80 80 10")).int32s).toEqual([-1, 5]);
  expect(Maps.fromBinary(bytes("0a 08 08 85 80 80 80 10 10 01")).byInt32).toEqual({ 5: 1 });
});

test.each([
  ["01", true],
  ["02", true],
  ["80 01", true],
  ["80 80 80 80 10", true],
  ["80 80 80 80 80 80 80 80 80 01", true],
  ["80 80 80 80 80 00", false],
  ["00", false],
])("bool: %s is %p", (value, expected) => {
  expect(Scalars.fromBinary(bytes(`68 ${value}`)).aBool).toBe(expected);
  expect(Lists.fromBinary(bytes(field("6a", value))).bools).toEqual([expected]);
  expect(Maps.fromBinary(bytes(field("1a", "08", value, "10", value))).byBool).toEqual({ [`${expected}`]: expected });
});

test("-0 is not the default, and survives", () => {
  for (const input of ["5d 00 00 00 80", "61 00 00 00 00 00 00 00 80"]) {
    expect(hex(Scalars.fromBinary(bytes(input)).toBinary())).toBe(input);
  }
  expect(Scalars.fromBinary(bytes("5d 00 00 00 80")).aFloat).toBe(-0);
  expect(hex(Lists.fromBinary(bytes("62 08 00 00 00 00 00 00 00 80")).toBinary())).toBe(
    "62 08 00 00 00 00 00 00 00 80",
  );
  expect(Scalars.fromJsonString(Scalars.fromBinary(bytes("61 00 00 00 00 00 00 00 80")).toJsonString()).aDouble).toBe(
    -0,
  );
});

test("NaN and the infinities survive, and NaN equals itself", () => {
  const message = Scalars.fromBinary(bytes("5d 00 00 c0 7f 61 00 00 00 00 00 00 f8 7f"));
  expect([message.aFloat, message.aDouble]).toEqual([Number.NaN, Number.NaN]);
  expect(hex(message.toBinary())).toBe("5d 00 00 c0 7f 61 00 00 00 00 00 00 f8 7f");
  expect(message.equals(message.clone())).toBe(true);
  expect(hex(Scalars.fromBinary(bytes("5d 00 00 80 ff 61 00 00 00 00 00 00 f0 7f")).toBinary())).toBe(
    "5d 00 00 80 ff 61 00 00 00 00 00 00 f0 7f",
  );
});

test.each([
  ["aInt64", "10 ff ff ff ff ff ff ff ff 7f", 9223372036854775807n],
  ["aInt64", "10 80 80 80 80 80 80 80 80 80 01", -9223372036854775808n],
  ["aUint64", "20 ff ff ff ff ff ff ff ff ff 01", 18446744073709551615n],
  ["aSint64", "30 fe ff ff ff ff ff ff ff ff 01", 9223372036854775807n],
  ["aSint64", "30 ff ff ff ff ff ff ff ff ff 01", -9223372036854775808n],
  ["aFixed64", "41 ff ff ff ff ff ff ff ff", 18446744073709551615n],
  ["aSfixed64", "51 ff ff ff ff ff ff ff 7f", 9223372036854775807n],
  ["aSfixed64", "51 00 00 00 00 00 00 00 80", -9223372036854775808n],
  ["aInt64", "10 80 80 80 80 10", 4294967296n],
  ["aInt64", "10 ff ff ff ff f7 ff ff ff ff 01", -2147483649n],
] as const)("64 bits: %s at %s is %p, and comes back", (name, input, value) => {
  const message = Scalars.fromBinary(bytes(input));
  expect(message[name]).toBe(value);
  expect(hex(message.toBinary())).toBe(input);
});

test("64 bits: what is beyond the 64th is dropped", () => {
  expect(Scalars.fromBinary(bytes("10 ff ff ff ff ff ff ff ff ff 7f")).aInt64).toBe(-1n);
  expect(Scalars.fromBinary(bytes("20 80 80 80 80 80 80 80 80 80 02")).aUint64).toBe(0n);
  expect(Scalars.fromBinary(bytes("68 80 80 80 80 80 80 80 80 80 02")).aBool).toBe(false);
});

test("64 bits: values out of range are refused on encode, with the field", () => {
  expect(() => new Scalars({ aInt64: 9223372036854775808n }).toBinary()).toThrow(
    /^cannot encode field robustness\.proto3\.Scalars\.a_int64: /,
  );
  expect(() => new Scalars({ aUint64: -1n }).toBinary()).toThrow(
    /^cannot encode field robustness\.proto3\.Scalars\.a_uint64: /,
  );
  expect(() => new Scalars({ aInt32: 2147483648 }).toBinary()).toThrow(
    /^cannot encode field robustness\.proto3\.Scalars\.a_int32: /,
  );
});

// --- Invalid UTF-8 is rejected where the feature says VERIFY, kept where NONE; a lone surrogate is refused on encode. ---

const ILL_FORMED = [
  "80",
  "bf",
  "c2",
  "e2 82",
  "f0 9f 98",
  "c0 80",
  "c1 bf",
  "e0 80 80",
  "e0 9f bf",
  "f0 80 80 80",
  "f0 8f bf bf",
  "ed a0 80",
  "ed bf bf",
  "ed a0 bd ed b8 80",
  "f4 90 80 80",
  "f5 80 80 80",
  "f8 88 80 80 80",
  "fe",
  "ff",
  "c3 28",
  "e2 28 a1",
  "e2 82 28",
  "f0 28 8c bc",
  "f0 90 28 bc",
  "f0 90 8c 28",
];

/** Lengths on both sides of where a decoder may change its way. */
const PADDINGS = [0, 1, 7, 30, 200, 5000];

function padded(bad: string, n: number): Uint8Array {
  return Uint8Array.of(...new Uint8Array(n).fill(0x61), ...bytes(bad), 0x62);
}

function textField(tag: number, content: Uint8Array): Uint8Array {
  const length = [];
  let n = content.length;
  for (; n > 127; n >>= 7) length.push((n & 127) | 128);
  return Uint8Array.of(tag, ...length, n, ...content);
}

test.each(ILL_FORMED)("UTF-8: %s is rejected in proto3, whatever is around it", (bad) => {
  for (const n of PADDINGS) {
    refuses(
      () => Choice.fromBinary(textField(0x12, padded(bad, n))),
      "cannot decode field robustness.proto3.Choice.text: invalid UTF-8",
    );
    refuses(
      () => Mixed.fromBinary(textField(0x0a, padded(bad, n))),
      "cannot decode field robustness.edition2023.Mixed.verified: invalid UTF-8",
    );
  }
});

test("UTF-8: it is verified in lists, map keys and map values", () => {
  refuses(
    () => Lists.fromBinary(bytes("7a 01 61 7a 01 ff")),
    "cannot decode field robustness.proto3.Lists.strings[1]: invalid UTF-8",
  );
  expect(() => Maps.fromBinary(bytes("22 03 0a 01 ff"))).toThrow(
    /^cannot decode field robustness\.proto3\.Maps\.by_string.*: invalid UTF-8$/,
  );
  expect(() => Maps.fromBinary(bytes("22 03 12 01 ff"))).toThrow(
    /^cannot decode field robustness\.proto3\.Maps\.by_string.*: invalid UTF-8$/,
  );
});

test.each(ILL_FORMED)("UTF-8: %s is kept where nobody verifies, byte for byte", (bad) => {
  for (const n of PADDINGS) {
    for (const [decode, tag] of [
      [Text.fromBinary, 0x0a],
      [Text.fromBinary, 0x12],
      [Mixed.fromBinary, 0x12],
    ] as const) {
      const input = textField(tag, padded(bad, n));
      expect(hex(decode(input).toBinary())).toBe(hex(input));
    }
  }
});

test("UTF-8: unverified map keys and values are kept, and stay apart", () => {
  const input = "1a 06 0a 01 fe 12 01 fd 1a 06 0a 01 ff 12 01 61";
  expect(hex(Text.fromBinary(bytes(input)).toBinary({ deterministic: true }))).toBe(input);
  const edition = "7a 06 0a 01 fe 12 01 fd 7a 06 0a 01 ff 12 01 61";
  expect(hex(Mixed.fromBinary(bytes(edition)).toBinary({ deterministic: true }))).toBe(edition);
});

test("UTF-8: all that is well-formed is read, the byte order mark and U+FFFD too", () => {
  for (const text of [
    "\0",
    "\u007f\u0080",
    "\u07ff\u0800",
    "\ud7ff\ue000\uffff",
    "\u{10000}\u{10ffff}",
    "\ufeffa",
    "\ufffd",
    "日本語😀".repeat(100),
    "~".repeat(5000),
    `${"~".repeat(4999)}é`,
  ]) {
    const data = new Scalars({ aString: text }).toBinary();
    expect(Scalars.fromBinary(data).aString).toBe(text);
    expect(Text.fromBinary(textField(0x0a, new TextEncoder().encode(text))).text).toBe(text);
  }
});

test("UTF-8: of texts of any length, those with a lone surrogate are refused, and no other", () => {
  for (const letter of ["a", "é", "п", "語", "😀", "\ufffd", "\uffff"]) {
    for (const count of [1, 50, 95, 96, 149, 150, 151, 300, 3000, 30_000]) {
      const half = letter.repeat(count / 2);
      for (const text of [half + half, `\ufffd${half}${half}`, `${half}\ufffd${half}`, `${half}${half}\ufffd`]) {
        expect(Scalars.fromBinary(new Scalars({ aString: text }).toBinary()).aString === text).toBe(true);
      }
      for (const text of [
        `\udfff${half}${half}`,
        `${half}\ud800${half}`,
        `${half}${half}\udbff`,
        `${half}\udc00\ufffd${half}`,
      ]) {
        expect(() => new Scalars({ aString: text }).toBinary()).toThrow(/a_string: .*lone surrogate$/);
      }
    }
  }
});

test.each(["\ud800", "\udc00", "a\ud800b", "\udc00\ud800", `${"a".repeat(100)}\udfff`])(
  "UTF-8: the lone surrogate in %j is refused on encode",
  (text) => {
    refuses(
      () => new Scalars({ aString: text }).toBinary(),
      "cannot encode field robustness.proto3.Scalars.a_string: expected well-formed text, got a lone surrogate",
    );
    expect(() => new Lists({ strings: ["a", text] }).toBinary()).toThrow(
      /^cannot encode field robustness\.proto3\.Lists\.strings\[1\]: .*lone surrogate$/,
    );
    expect(() => new Maps({ byString: { [text]: "" } }).toBinary()).toThrow(
      /^cannot encode field robustness\.proto3\.Maps\.by_string.*lone surrogate$/,
    );
    expect(() => new Maps({ byString: { a: text } }).toBinary()).toThrow(
      /^cannot encode field robustness\.proto3\.Maps\.by_string.*lone surrogate$/,
    );
    expect(() => new Choice({ choice: { case: "text", value: text } }).toBinary()).toThrow(
      /^cannot encode field robustness\.proto3\.Choice\.text: .*lone surrogate$/,
    );
  },
);

// --- Recursion limit 100 by default, configurable; groups count too. Deterministic maps. bytes: "copy" | "view". ---

/** Wraps an empty message n times. */
function nested(n: number, wrap: (inner: string) => string): Uint8Array {
  let text = "";
  for (let i = 0; i < n; i++) text = wrap(text);
  return bytes(text);
}

const NESTINGS: [
  string,
  (data: Uint8Array, options?: { recursionLimit: number }) => unknown,
  (inner: string) => string,
][] = [
  ["messages", (data, options) => Tree.fromBinary(data, options), (inner) => field("0a", inner)],
  ["list elements", (data, options) => Tree.fromBinary(data, options), (inner) => field("12", inner)],
  ["members of a oneof", (data, options) => Tree.fromBinary(data, options), (inner) => field("22", inner)],
  ["groups and messages", (data, options) => Mixed.fromBinary(data, options), (inner) => `53 ${inner} 54`],
  ["unknown groups", (data, options) => Tree.fromBinary(data, options), (inner) => `c3 3e ${inner} c4 3e`],
];

test.each(NESTINGS)(
  "recursion: 100 levels of %s are read, 101 are not, and the limit is an option",
  (_, decode, wrap) => {
    expect(() => decode(nested(100, wrap))).not.toThrow();
    expect(() => decode(nested(101, wrap))).toThrow(/^cannot decode field robustness\..*: recursion limit exceeded$/);
    expect(() => decode(nested(3, wrap), { recursionLimit: 3 })).not.toThrow();
    expect(() => decode(nested(4, wrap), { recursionLimit: 3 })).toThrow(/: recursion limit exceeded$/);
    expect(() => decode(nested(150, wrap), { recursionLimit: 150 })).not.toThrow();
  },
);

test("recursion: unknown groups count from the depth of the message that they are in", () => {
  const inner = `${"c3 3e ".repeat(99)}${"c4 3e ".repeat(99)}`.trim();
  expect(() => Tree.fromBinary(bytes(field("0a", inner)))).not.toThrow();
  expect(() => Tree.fromBinary(bytes(field("0a", field("0a", inner))))).toThrow(/: recursion limit exceeded$/);
});

test("recursion: the message of a map entry is one level", () => {
  const wrap = (inner: string) => field("1a", field("12", inner));
  expect(() => Tree.fromBinary(nested(100, wrap))).not.toThrow();
  expect(() => Tree.fromBinary(nested(101, wrap))).toThrow(/: recursion limit exceeded$/);
});

test("recursion: the error's path is short, however deep it is", () => {
  expect(() => Tree.fromBinary(nested(101, (inner) => field("0a", inner)))).toThrow(/^.{1,250}$/);
});

test("recursion: no depth breaks the stack", () => {
  const open = Uint8Array.from({ length: 200_000 }, (_, i) => (i % 2 === 0 ? 0xc3 : 0x3e));
  expect(() => Tree.fromBinary(open)).toThrow(ProtobufError);
  expect(() => Tree.fromBinary(open, { recursionLimit: 1_000_000 })).toThrow(ProtobufError);
});

test("output: wherever its room ends, what short messages within messages leave behind them is written", () => {
  let chain = new Tree({ number: -1 });
  for (let depth = 0; depth < 8; depth++) chain = new Tree({ left: chain, number: -1 });
  const sized = (size: number) =>
    new Tree({ byName: { ["x".repeat(size)]: {} }, choice: { case: "chosen", value: chain }, number: -1 });
  const room = sized(9_000).toBinary().length / 16; // what a message is given beyond the size of the one before
  for (let size = 9_000; size < 9_200 + room; size++) {
    for (let i = 0; i < 3; i++) sized(9_000).toBinary();
    const tree = sized(size);
    expect(Tree.fromBinary(tree.toBinary()).equals(tree)).toBe(true);
  }
});

test("maps: their own properties are the entries, whatever they are called", () => {
  const maps = new Maps();
  maps.byString = Object.assign(Object.create({ inherited: "x" }), { own: "y", hasOwnProperty: "z" });
  const entries = { own: "y", hasOwnProperty: "z" };
  expect(Maps.fromBinary(maps.toBinary()).byString).toEqual(entries);
  expect(maps.toJson()).toEqual({ byString: entries });

  const form = new Form({ number: 1 });
  form.byName = Object.create({ inherited: new Form({ number: 2 }) });
  Object.getPrototypeOf(form.byName).inherited.number = undefined; // required, and of nothing that is encoded
  expect(hex(form.toBinary())).toBe("08 01");
});

test("deterministic: map entries come in the order of their keys, whatever the order they were set in", () => {
  const keys = ["b", "", "a", "ä", "10", "9", "-1", "!", "B", "__proto__", "aa"];
  const forwards = new Maps({ byString: Object.fromEntries(keys.map((key) => [key, key])) });
  const backwards = new Maps({ byString: Object.fromEntries([...keys].reverse().map((key) => [key, key])) });
  expect(hex(forwards.toBinary({ deterministic: true }))).toBe(hex(backwards.toBinary({ deterministic: true })));
  const read = Maps.fromBinary(forwards.toBinary({ deterministic: true })).byString;
  expect(Object.keys(read).filter((key) => !/^\d+$/.test(key))).toEqual(
    keys.filter((key) => !/^\d+$/.test(key)).sort(),
  );
});

test("deterministic: numbers are sorted by value, also beyond 2^53", () => {
  const input = "0a 0d 08 ff ff ff ff ff ff ff ff ff 01 10 00 0a 04 08 00 10 00 0a 04 08 0a 10 00";
  expect(hex(new Maps({ byInt32: { 10: 0, [-1]: 0, 0: 0 } }).toBinary({ deterministic: true }))).toBe(input);
  const keys = [
    9007199254740993n,
    9007199254740992n,
    -9007199254740993n,
    -9007199254740992n,
    9223372036854775807n,
    -1n,
    10n,
    9n,
  ];
  const maps = new Maps({ byInt64: Object.fromEntries(keys.map((key) => [`${key}`, key])) });
  const sorted = [...keys].sort((a, b) => (a < b ? -1 : 1));
  const apart = sorted.map((key) => hex(new Maps({ byInt64: { [`${key}`]: key } }).toBinary()));
  expect(hex(maps.toBinary({ deterministic: true }))).toBe(apart.join(" "));
});

test("deterministic: nested maps are sorted too", () => {
  const scalars = (n: number) => new Tree({ number: n });
  const outer = new Tree({ left: new Tree({ byName: { b: scalars(2), a: scalars(1) } }) });
  expect(hex(outer.toBinary({ deterministic: true }))).toBe(
    "0a 12 1a 07 0a 01 61 12 02 28 01 1a 07 0a 01 62 12 02 28 02",
  );
});

test('bytes: "view" shares the memory of the input, "copy" does not', () => {
  const input = bytes("82 01 02 01 02");
  const view = Scalars.fromBinary(input, { bytes: "view" });
  const copy = Scalars.fromBinary(input, { bytes: "copy" });
  input[3] = 9;
  expect([...view.aBytes]).toEqual([9, 2]);
  expect([...copy.aBytes]).toEqual([1, 2]);
  expect(copy.aBytes.buffer.byteLength).toBe(2);
});

test("bytes: a view of a view has the right offset, in small and large inputs, lists, maps and oneofs", () => {
  for (const size of [2, 5000]) {
    const content = new Uint8Array(size).fill(7);
    const whole = Uint8Array.of(0xff, 0xff, ...textField(0x2a, content), 0xff);
    const input = whole.subarray(2, whole.length - 1);
    const { choice } = Choice.fromBinary(input);
    expect(choice.case === "data" && hex(choice.value)).toBe(hex(content));
    expect(choice.case === "data" && choice.value.buffer === whole.buffer).toBe(true);
  }
  expect(Maps.fromBinary(bytes("2a 04 12 02 01 02")).bytesByString[""]).toEqual(bytes("01 02"));
  expect(Lists.fromBinary(bytes("82 01 02 01 02 82 01 00")).bytesList).toEqual([bytes("01 02"), bytes("")]);
});

test("bytes: a Node Buffer is read as any Uint8Array, and gives no Buffers", () => {
  const message = Scalars.fromBinary(Buffer.from(bytes("7a 01 61 82 01 02 01 02")));
  expect(message.aString).toBe("a");
  expect(Object.getPrototypeOf(message.aBytes)).toBe(Uint8Array.prototype);
});

// --- Required fields are checked on decode and on encode, with the path of the one that is missing. ---

test.each([
  ["number", ""],
  ["next.number", "08 01 12 00"],
  ["list[1].number", "08 01 1a 02 08 01 1a 00"],
  ['by_name["a"].number', "08 01 22 05 0a 01 61 12 00"],
  ["chosen.number", "08 01 2a 00"],
])("required: a missing %s is refused on decode, and read with partial", (path, input) => {
  refuses(
    () => Form.fromBinary(bytes(input)),
    `cannot decode field robustness.proto2.Form.${path}: required field is not set`,
  );
  const form = Form.fromBinary(bytes(input), { partial: true });
  refuses(() => form.toBinary(), `cannot encode field robustness.proto2.Form.${path}: required field is not set`);
  expect(hex(form.toBinary({ partial: true }))).toBe(input);
});

test("required: LEGACY_REQUIRED in edition 2023, through a delimited field", () => {
  refuses(
    () => Required.fromBinary(bytes("08 01 13 14")),
    "cannot decode field robustness.edition2023.Required.delimited.number: required field is not set",
  );
  expect(Required.fromBinary(bytes("08 01 13 08 00 14")).delimited?.number).toBe(0);
});

test("unknown fields are kept in their order, and dropped on request", () => {
  const input = "c0 3e 01 c2 3e 01 61 c3 3e 08 01 c4 3e c5 3e 01 02 03 04 c1 3e 01 02 03 04 05 06 07 08";
  expect(hex(Scalars.fromBinary(bytes(input)).toBinary())).toBe(input);
  expect(hex(Scalars.fromBinary(bytes(input)).toBinary({ writeUnknownFields: false }))).toBe("");
  expect(Scalars.fromBinary(bytes(input), { readUnknownFields: false }).$unknown).toBeUndefined();
  expect(() => Scalars.fromBinary(bytes(`${input} c0 3e`), { readUnknownFields: false })).toThrow(ProtobufError);
});

// --- JSON ---

test.each([
  ['{"aInt32":1,"aInt32":2}', "the same name"],
  ['{"aInt32":1,"a_int32":2}', "both of its names"],
  ['{"a_int32":1,"aInt32":1}', "both of its names"],
  ['{"aMessage":{"aInt32":1,"aInt32":1}}', "the same name, nested"],
  ['{"maybeInt32":null,"maybeInt32":1}', "null first"],
])("JSON duplicate keys: %s is refused (%s)", (text) => {
  expect(() => Scalars.fromJsonString(text)).toThrow(/^cannot decode .*robustness\.proto3\.Scalars/);
});

test("JSON duplicate keys: in maps and oneofs", () => {
  expect(() => Maps.fromJsonString('{"byString":{"a":"1","a":"2"}}')).toThrow(ProtobufError);
  expect(() => Maps.fromJsonString('{"byInt32":{"1":1,"1.0":2}}')).toThrow(ProtobufError);
  expect(() => Choice.fromJsonString('{"number":1,"text":"a"}')).toThrow(/^cannot decode .*robustness\.proto3\.Choice/);
});

test("JSON unknown fields: rejected by default with their path, skipped on request", () => {
  expect(() => Scalars.fromJsonString('{"nope":1}')).toThrow(/^cannot decode .*robustness\.proto3\.Scalars.*nope/);
  expect(() => Scalars.fromJsonString('{"aMessage":{"nope":[{}]}}')).toThrow(
    /^cannot decode .*robustness\.proto3\.Scalars\.aMessage\.nope from JSON: /,
  );
  expect(Scalars.fromJsonString('{"nope":{"a":[1]},"aInt32":1}', { ignoreUnknownFields: true }).aInt32).toBe(1);
});

test("JSON unknown enum names: rejected by default, skipped on request", () => {
  expect(() => Scalars.fromJsonString('{"aSize":"SIZE_HUGE"}')).toThrow(
    /^cannot decode field robustness\.proto3\.Scalars\.aSize from JSON: /,
  );
  expect(Scalars.fromJsonString('{"aSize":"SIZE_HUGE"}', { ignoreUnknownFields: true }).aSize).toBe(Size.UNKNOWN);
  expect(Lists.fromJsonString('{"sizes":["SIZE_HUGE","SIZE_SMALL"]}', { ignoreUnknownFields: true }).sizes).toEqual([
    Size.SMALL,
  ]);
  expect(
    Maps.fromJsonString('{"sizeByString":{"a":"SIZE_HUGE","b":"SIZE_SMALL"}}', { ignoreUnknownFields: true })
      .sizeByString,
  ).toEqual({ b: Size.SMALL });
});

test("JSON 64-bit integers: written as strings, read from strings and from numbers that are exact", () => {
  const message = new Scalars({ aInt64: -9223372036854775808n, aUint64: 18446744073709551615n });
  expect(message.toJsonString()).toBe('{"aInt64":"-9223372036854775808","aUint64":"18446744073709551615"}');
  expect(Scalars.fromJsonString(message.toJsonString()).equals(message)).toBe(true);
  expect(Scalars.fromJsonString('{"aInt64":12,"aUint64":1e3}')).toMatchObject({ aInt64: 12n, aUint64: 1000n });
  for (const value of [
    '"9223372036854775808"',
    "1.5",
    '"1.5"',
    '"a"',
    '""',
    '" 1"',
    "true",
    "9223372036854775808",
    '"0x10"',
  ]) {
    expect(() => Scalars.fromJsonString(`{"aInt64":${value}}`)).toThrow(
      /^cannot decode field robustness\.proto3\.Scalars\.aInt64 from JSON: /,
    );
  }
});

test("JSON 32-bit integers: in range, whole, from numbers or strings", () => {
  expect(Scalars.fromJsonString('{"aInt32":"-5","aUint32":4294967295}')).toMatchObject({
    aInt32: -5,
    aUint32: 4294967295,
  });
  expect(Scalars.fromJsonString('{"aInt32":1e2,"aUint32":5.0}')).toMatchObject({ aInt32: 100, aUint32: 5 });
  for (const value of ["2147483648", "1.5", '"a"', '""', "true", "[]", '"NaN"']) {
    expect(() => Scalars.fromJsonString(`{"aInt32":${value}}`)).toThrow(
      /^cannot decode field robustness\.proto3\.Scalars\.aInt32 from JSON: /,
    );
  }
});

test("JSON NaN and infinities: strings, in float and double alone", () => {
  const text = '{"aFloat":"-Infinity","aDouble":"NaN"}';
  const message = Scalars.fromJsonString(text);
  expect([message.aFloat, message.aDouble]).toEqual([Number.NEGATIVE_INFINITY, Number.NaN]);
  expect(message.toJsonString()).toBe(text);
  expect(() => Scalars.fromJsonString('{"aDouble":NaN}')).toThrow(ProtobufError);
  expect(() => Scalars.fromJsonString('{"aDouble":"inf"}')).toThrow(ProtobufError);
  expect(() => Scalars.fromJsonString('{"aDouble":1e400}')).toThrow(ProtobufError);
  expect(() => Scalars.fromJsonString('{"aFloat":1e39}')).toThrow(ProtobufError);
});

test("JSON bytes: base64 and base64url, with and without padding; written as base64", () => {
  for (const text of ["-_8", "+/8=", "+/8", "-_8="]) {
    const message = Scalars.fromJsonString(`{"aBytes":"${text}"}`);
    expect([...message.aBytes]).toEqual([0xfb, 0xff]);
    expect(message.toJsonString()).toBe('{"aBytes":"+/8="}');
  }
  for (const text of ["a", "a===", "ab!c"]) {
    expect(() => Scalars.fromJsonString(`{"aBytes":"${text}"}`)).toThrow(
      /^cannot decode field robustness\.proto3\.Scalars\.aBytes from JSON: /,
    );
  }
});

test("JSON names: both are read, the JSON name is written, the proto name on request", () => {
  expect(Scalars.fromJsonString('{"a_int32":1}').equals(Scalars.fromJsonString('{"aInt32":1}'))).toBe(true);
  expect(new Scalars({ aInt32: 1 }).toJsonString({ useProtoFieldName: true })).toBe('{"a_int32":1}');
});

test("JSON null: is the default of any field, and of none inside lists and maps", () => {
  expect(
    Scalars.fromJsonString('{"aInt32":null,"maybeInt32":null,"aMessage":null,"aBytes":null}').equals(new Scalars()),
  ).toBe(true);
  expect(Choice.fromJsonString('{"number":null,"text":"a"}').choice).toEqual({ case: "text", value: "a" });
  expect(Lists.fromJsonString('{"int32s":null}').int32s).toEqual([]);
  expect(Maps.fromJsonString('{"byInt32":null}').byInt32).toEqual({});
  expect(() => Lists.fromJsonString('{"int32s":[1,null]}')).toThrow(
    /^cannot decode field robustness\.proto3\.Lists\.int32s\[1\] from JSON: /,
  );
  expect(() => Lists.fromJsonString('{"messages":[null]}')).toThrow(
    /^cannot decode field robustness\.proto3\.Lists\.messages\[0\] from JSON: /,
  );
  expect(() => Maps.fromJsonString('{"byString":{"a":null}}')).toThrow(
    /^cannot decode field robustness\.proto3\.Maps\.byString\["a"\] from JSON: /,
  );
});

test("JSON null: is a value for Value and NullValue", () => {
  expect(Known.fromJsonString('{"value":null}').value?.kind).toEqual({ case: "nullValue", value: 0 });
  expect(Known.fromJsonString('{"values":[null,1]}').values.map((value) => value.kind.case)).toEqual([
    "nullValue",
    "numberValue",
  ]);
  expect(Known.fromJsonString('{"list":[null]}').toJsonString()).toBe('{"list":[null]}');
});

test("JSON enums: by name or number in, by name out, by number on request or where there is no name", () => {
  expect(Scalars.fromJsonString('{"aSize":"SIZE_LARGE"}').aSize).toBe(Size.LARGE);
  expect(Scalars.fromJsonString('{"aSize":2}').toJsonString()).toBe('{"aSize":"SIZE_LARGE"}');
  expect(Scalars.fromJsonString('{"aSize":7}').toJsonString()).toBe('{"aSize":7}');
  expect(new Scalars({ aSize: Size.LARGE }).toJsonString({ enumAsInteger: true })).toBe('{"aSize":2}');
  expect(() => Mixed.fromJsonString('{"closed":7}')).toThrow(
    /^cannot decode field robustness\.edition2023\.Mixed\.closed from JSON: /,
  );
  expect(Mixed.fromJsonString('{"closed":1}').closed).toBe(Closed.ONE);
});

const registry = createRegistry(Timestamp, Duration);

test("JSON Any: with its type in a registry, special JSON in `value`", () => {
  const text = '{"any":{"@type":"type.googleapis.com/google.protobuf.Duration","value":"1.500s"}}';
  const known = Known.fromJsonString(text, { registry });
  expect(hex(known.any?.value ?? bytes(""))).toBe("08 01 10 80 ca b5 ee 01");
  expect(JSON.parse(known.toJsonString({ registry }))).toEqual(JSON.parse(text));
  expect(() => known.toJsonString()).toThrow(/^cannot encode .*robustness\.proto3\.Known\.any: /);
  expect(() => Known.fromJsonString(text)).toThrow(/^cannot decode field robustness\.proto3\.Known\.any/);
  expect(Known.fromJsonString('{"any":{}}').any?.typeUrl).toBe("");
});

test("JSON Any: the type must be one, and the value must decode", () => {
  for (const any of [
    '{"value":"1s"}',
    '{"@type":"","value":"1s"}',
    '{"@type":"google.protobuf.Nope"}',
    '{"@type":1}',
  ]) {
    expect(() => Known.fromJsonString(`{"any":${any}}`, { registry })).toThrow(
      /^cannot decode field robustness\.proto3\.Known\.any/,
    );
  }
  const broken = Known.fromBinary(
    bytes(field("0a", field("0a", hex(new TextEncoder().encode("x/google.protobuf.Duration"))), "12 01 08")),
  );
  expect(() => broken.toJsonString({ registry })).toThrow(ProtobufError);
});

test.each([
  ["timestamp", "0001-01-01T00:00:00Z"],
  ["timestamp", "9999-12-31T23:59:59.999999999Z"],
  ["timestamp", "1969-12-31T23:59:59.500Z"],
  ["duration", "315576000000.999999999s"],
  ["duration", "-315576000000.999999999s"],
  ["duration", "-0.500s"],
  ["duration", "0s"],
  ["mask", "a,fooBar,a.bC"],
] as const)("JSON %s: %s comes back", (name, value) => {
  const text = JSON.stringify({ [name]: value });
  expect(Known.fromJsonString(text).toJsonString()).toBe(text);
});

test.each([
  ["timestamp", '"0000-01-01T00:00:00Z"'],
  ["timestamp", '"10000-01-01T00:00:00Z"'],
  ["timestamp", '"2026-02-29T00:00:00Z"'],
  ["timestamp", '"2026-01-01T00:00:00"'],
  ["timestamp", '"2026-01-01t00:00:00z"'],
  ["timestamp", "0"],
  ["duration", '"315576000001s"'],
  ["duration", '"-315576000001s"'],
  ["duration", '"1"'],
  ["duration", '"1.0000000001s"'],
  ["mask", '"foo_bar"'],
  ["mask", "[]"],
  ["struct", "[]"],
  ["list", "{}"],
  ["anInt32", '"a"'],
  ["aBool", "1"],
])("JSON %s: %s is refused", (name, value) => {
  expect(() => Known.fromJsonString(`{"${name}":${value}}`)).toThrow(
    /^cannot decode field robustness\.proto3\.Known\./,
  );
});

test.each([
  ["a timestamp before year 1", "12 0b 08 ff 91 b8 c3 98 fe ff ff ff 01", "timestamp"],
  ["negative nanos of a timestamp", "12 0b 10 ff ff ff ff ff ff ff ff ff 01", "timestamp"],
  ["nanos of a second", "12 06 10 80 94 eb dc 03", "timestamp"],
  ["a duration of two signs", "1a 0d 08 01 10 ff ff ff ff ff ff ff ff ff 01", "duration"],
  ["a path with an upper-case letter", "22 05 0a 03 66 4f 6f", "mask"],
  ["a path with a double underscore", "22 06 0a 04 61 5f 5f 62", "mask"],
  ["an empty path", "22 02 0a 00", "mask"],
  ["a path with a comma", "22 05 0a 03 61 2c 62", "mask"],
  ["a Value of no kind", "32 00", "value"],
  ["a NaN in a Value", "32 09 11 00 00 00 00 00 00 f8 7f", "value"],
])("JSON cannot hold %s", (_, input, name) => {
  const known = Known.fromBinary(bytes(input));
  expect(() => known.toJsonString()).toThrow(new RegExp(`^cannot encode .*robustness\\.proto3\\.Known\\.${name}`));
});

test("JSON Struct, Value, ListValue: are plain JSON", () => {
  const text = '{"struct":{"a":[1,"x",true,null,{"b":{}}],"":-0.5},"value":{"c":[]},"list":[[],{}]}';
  expect(Known.fromJsonString(text).toJsonString()).toBe(text);
  expect(Known.fromBinary(Known.fromJsonString(text).toBinary()).toJsonString()).toBe(text);
});

test("JSON wrappers: are the JSON of their value, the default too", () => {
  const text =
    '{"aBool":false,"anInt32":0,"anInt64":"0","aUint32":0,"aUint64":"18446744073709551615","aFloat":"NaN","aDouble":0,"aString":"","aBytes":"","int32s":[0,1]}';
  const known = Known.fromJsonString(text);
  expect(known.toJsonString()).toBe(text);
  expect(Known.fromJsonString('{"anInt32":null}').anInt32).toBeUndefined();
});

test("JSON nesting is limited to 100 levels, and no depth breaks the stack", () => {
  const text = (n: number) => `${'{"left":'.repeat(n)}{}${"}".repeat(n)}`;
  expect(() => Tree.fromJsonString(text(90))).not.toThrow();
  expect(() => Tree.fromJsonString(text(110))).toThrow(/^cannot decode .*robustness\.proto3\.Tree/);
  expect(() => Tree.fromJsonString(text(20_000))).toThrow(ProtobufError);
  expect(() => Known.fromJsonString(`{"value":${"[".repeat(20_000)}${"]".repeat(20_000)}}`)).toThrow(ProtobufError);
});

test.each([
  "",
  "{",
  "[]",
  "1",
  "null",
  '"a"',
  '{"aInt32":}',
  "{'aInt32':1}",
  '{"aInt32":1,}',
  '{"aInt32":01}',
  "\ufeff{}",
])("JSON text: %j is no message", (text) => {
  expect(() => Scalars.fromJsonString(text)).toThrow(/^cannot decode .*robustness\.proto3\.Scalars/);
});
