/**
 * Random messages of every type of the suite that has rules: generated checks must find in each what the official library
 * finds. Prints how many were compared, and the first differences.
 */
import { create, type DescMessage, fromBinary, toBinary } from "@bufbuild/protobuf";
import { createValidator } from "@bufbuild/protovalidate";
import type { Violation } from "@protoloom/validate";
import { Random, randomMessage } from "../../corpus/random-message.mjs";
import { classes, schemas, validators } from "./suite.js";

const COUNT = Number(process.argv[2] ?? 40);
const official = createValidator({ registry: schemas, legacyRequired: true });
const random = new Random(20261122);

/** Texts near those that formats accept. */
const texts = [
  ..."a@b.c a.b-c@x-y.example.com user@localhost 1.2.3.4 256.1.1.1 1.2.3.4/24 ::1 fe80::1%eth0 2001:db8::/32 1::2::3".split(
    " ",
  ),
  ..."::ffff:1.2.3.4 1:2:3:4:5:6:7:8 example.com example.com. -a.b a..b xn--a.1 localhost:80 [::1]:443 [::1] a:65536".split(
    " ",
  ),
  ..."https://a:b@example.com:80/p;q?x=%20#f //h/p ./a?b mailto:x a:b:c http://[v1.a]/ http://a%zz %41 http://a%ff/".split(
    " ",
  ),
  ..."123e4567-e89b-12d3-a456-426614174000 123e4567e89b12d3a456426614174000 01ARZ3NDEKTSV4RRFFQ69G5FAV foo.bar .foo.Bar 1a".split(
    " ",
  ),
  ...[
    "",
    " ",
    "foo",
    "bar",
    "baz",
    "X-Header",
    "a\nb",
    "\0",
    "ééé",
    "😀😀",
    "asdf",
    "1337",
    "/path",
    "type.googleapis.com/a",
  ],
];

let compared = 0;
const differences: string[] = [];
for (const [typeName, validate] of Object.entries(validators) as [string, (m: object) => Violation[]][]) {
  const schema = schemas.getMessage(typeName) as DescMessage;
  for (let i = 0; i < COUNT; i++) {
    const message = randomMessage(schema, random, {
      depth: 3,
      density: random.pick([0.1, 0.5, 0.9]),
      anyTypes: [],
      texts,
    });
    const bytes = toBinary(schema, create(schema, message));
    const expected = outcome(() => {
      const result = official.validate(schema, fromBinary(schema, bytes));
      if (result.kind === "error") throw result.error;
      return (result.violations ?? []).map(String);
    });
    const actual = outcome(() => validate(classes.get(typeName)!.fromBinary(bytes)).map(String));
    compared++;
    if (expected !== actual && differences.length < 20) {
      differences.push(
        `${typeName} ${Buffer.from(bytes).toString("hex")}\n  ours:     ${actual}\n  official: ${expected}`,
      );
    }
  }
}
console.log(`${compared} random messages compared, ${differences.length} differences`);
for (const difference of differences) console.log(difference);
if (differences.length > 0 || compared === 0) process.exitCode = 1;

/**
 * The violations, or that there was an error. The official library learns of a field that does not exist when it evaluates the
 * rule, and we when we compile it.
 */
function outcome(run: () => string[]): string {
  try {
    return run().join("\n            ");
  } catch {
    return "error";
  }
}
