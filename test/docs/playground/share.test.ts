/** Addresses of the playground: what they hold comes back, and what others put there does no harm. */
import { deflateRawSync } from "node:zlib";
import { expect, test } from "@jest/globals";
import { example } from "../../../docs/playground/src/example.js";
import { fragmentOf, type Shared, sharedIn } from "../../../docs/playground/src/share.js";

const fragment = (value: unknown): string => `#v1=${deflateRawSync(JSON.stringify(value)).toString("base64url")}`;

test("an address holds what is typed", async () => {
  const shared: Shared = { view: "bytes", inputs: { ...example.inputs, proto: 'message Ä { string x = 1; } // "€"' } };
  const text = await fragmentOf(shared);
  expect(text).toMatch(/^#v1=[\w-]+$/);
  expect(await sharedIn(text, example)).toEqual(shared);
});

test("what an address lacks is the example's", async () => {
  expect(await sharedIn(fragment({ inputs: { proto: "x" } }), example)).toEqual({
    view: "code",
    inputs: { ...example.inputs, proto: "x" },
  });
});

test.each<[string, string]>([
  ["none", ""],
  ["that of a heading", "#_top"],
  ["no base64", "#v1=%%%"],
  ["nothing compressed", "#v1=AAAA"],
  ["no JSON", `#v1=${deflateRawSync("{").toString("base64url")}`],
  ["more than a megabyte", fragment({ inputs: { proto: "x".repeat(2 << 20) } })],
])("an address with %s is none of ours", async (_, text) => {
  expect(await sharedIn(text, example)).toBeUndefined();
});

test.each<[string, unknown]>([
  ["a list", []],
  ["null", null],
  ["another view", { view: "constructor" }],
  ["texts that are none", { inputs: { proto: 5, json: ["x"], options: null } }],
  ["names of others", JSON.parse('{ "inputs": { "__proto__": "x", "constructor": "y", "more": "z" } }')],
])("%s in an address changes nothing", async (_, value) => {
  expect(await sharedIn(fragment(value), example)).toEqual(example);
});
