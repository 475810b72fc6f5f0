/** message_types=readonly: what the compiler refuses, and that nothing else changes. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { writeFiles } from "../../files.js";
import { generate } from "./generate.js";
import { scratchFolder, typeCheck } from "./type-check.js";

const sources = { "every.proto": readFileSync(join(import.meta.dirname, "options-matrix.proto"), "utf8") };

const user = `
import { create, type MessageShape } from "@bufbuild/protobuf";
import { createRegistry, merge, type MessageClass } from "@protoloom/protobuf";
import { Every, type Every$class, Every_Inner, EverySchema } from "./every_pb.js";

const inner: Every_Inner = new Every_Inner({ innerColor: 1 });
const every: Every = new Every({ longList: [1n], innerList: [inner], theChoice: { case: "oneText", value: "t" }, nested: { userName: "n" } });

// @ts-expect-error: readonly
every.userName = "x";
// @ts-expect-error: in a list
every.longList[0] = 2n;
// @ts-expect-error: nor may it grow
every.longList.push(2n);
// @ts-expect-error: in a map
every.longMap["a"] = 2n;
// @ts-expect-error: in a nested message
if (every.nested) every.nested.userName = "x";
// @ts-expect-error: in a message in a list
for (const each of every.innerList) each.innerColor = 2;
// @ts-expect-error: in a oneof
if (every.theChoice.case === "oneText") every.theChoice.value = "x";

// What is new may be changed, until it is called an Every.
const made: Every$class = new Every();
made.userName = "x";
export const done: Every = made;

// @ts-expect-error: it would change the message
every.mergeFromBinary(every.toBinary());

// A copy may be changed, and a changed copy made.
const copy: Every$class = every.clone();
copy.userName = "x";
copy.longList.push(2n);
merge(copy, every);
export const other: Every = new Every({ ...every, userName: "x" });
export const text: string = every.theChoice.case === "oneText" ? every.theChoice.value : "";
export const same: Every = copy;
export const isEvery = (value: unknown): string => (value instanceof Every ? value.userName : "");
export const type: MessageClass<Every> = Every;
export const registry: unknown = createRegistry(Every);
export const shape: MessageShape<typeof EverySchema> = create(EverySchema);
`;

test.each(["target=ts", "target=js", "optimize=code_size", "oneofs=getters", "json_types=true"])(
  "types with %s",
  (more) => {
    const folder = scratchFolder(`readonly-${more.replace("=", "-")}`);
    writeFiles(folder, generate(sources, `message_types=readonly,${more}`));
    writeFiles(folder, [["user.ts", user]]);
    expect(typeCheck(folder)).toBe("");
  },
);

test("the JavaScript is the same", () => {
  const [plain, readonly] = ["class", "readonly"].map((type) => {
    const files = generate(sources, `target=js,message_types=${type}`);
    return files.get("every_pb.js")!.replace(/message_types=\w+/, "");
  });
  expect(readonly).toBe(plain);
});
