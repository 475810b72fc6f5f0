import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createRandom } from "./payloads/random.mjs";

export const FILES = 20;
export const MESSAGES = 100;

/** Writes the protos of an application with many messages into a folder. Returns the names of the files. */
export function writeManyMessages(folder) {
  const random = createRandom(1);
  return Array.from({ length: FILES }, (_, index) => {
    const file = `area${index}`;
    writeFileSync(join(folder, `${file}.proto`), protoOf(file, random));
    return file;
  });
}

function protoOf(file, random) {
  return [
    `syntax = "proto3";`,
    `package protoloom.bench.${file};`,
    `enum State { STATE_UNSPECIFIED = 0; STATE_ACTIVE = 1; STATE_SUSPENDED = 2; STATE_DELETED = 3; }`,
    ...Array.from({ length: MESSAGES }, (_, index) =>
      messageOf(`${nouns[index % nouns.length]}${index}`, index, random),
    ),
    "",
  ].join("\n");
}

/** Four to twelve fields of common kinds, and a oneof in every fourth message. */
function messageOf(name, index, random) {
  const fields = Array.from(
    { length: random.between(4, 12) },
    (_, i) => `  ${random.pick(kinds)} ${words[i]}_${index} = ${i + 1};`,
  );
  if (index % 4 === 0)
    fields.push(`  oneof target { string target_name = 20; int64 target_id = 21; ${nouns[0]}0 target_value = 22; }`);
  return [`message ${name} {`, ...fields, `}`].join("\n");
}

const nouns = [
  "Account",
  "Order",
  "Invoice",
  "Shipment",
  "Customer",
  "Payment",
  "Address",
  "Product",
  "Refund",
  "Ticket",
];
const words = [
  "name",
  "owner",
  "created",
  "amount",
  "labels",
  "parent",
  "state",
  "notes",
  "region",
  "version",
  "token",
  "rank",
];
const kinds = [
  "string",
  "string",
  "string",
  "int32",
  "int64",
  "bool",
  "double",
  "bytes",
  "State",
  "optional string",
  "optional int32",
  "repeated string",
  "repeated int32",
  `${nouns[0]}0`,
  `repeated ${nouns[1]}1`,
  "map<string, string>",
];
