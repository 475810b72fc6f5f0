/**
 * The output for each feature of a route and each format: a folder has a proto, a deployment file and options, and in
 * `expected` the output. test/e2e/envoy shows it to a real Envoy.
 */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, jest, test } from "@jest/globals";
import { FileDescriptorSet } from "@protoloom/protobuf/wkt";
import { parse } from "yaml";
import { deploymentSchema } from "../../../plugins/protoc-gen-envoy/src/input/deployment.js";
import { expectFolder } from "../../golden.js";
import { fromRoot, generateFolder, root, textOf } from "./generate.js";

const folder = join(root, "test/plugins/protoc-gen-envoy/golden");
const cases = readdirSync(folder);

let stderr: jest.SpiedFunction<typeof process.stderr.write>;
beforeAll(() => {
  stderr = jest.spyOn(process.stderr, "write").mockReturnValue(true); // where the plugin says what a program cannot do
});

describe("goldens", () => {
  test.each(cases)("%s", (name) => {
    const { error, files } = generateFolder(join(folder, name));
    expect(error).toBe("");
    const here = `${fromRoot(join(folder, name))}/`;
    const shown = Object.fromEntries(
      Object.entries(files).map(([file, text]) => [file, namedDescriptors(text).replaceAll(here, "")]),
    );
    expectFolder(join(folder, name, "expected"), shown);
  });

  test.each(["nginx", "haproxy", "keepalived", "gateway"])(
    "what %s cannot do is said in the output's head and by a diagnostic",
    (name) => {
      const told: string[] = [];
      stderr.mockImplementation((text) => told.push(String(text)) > 0);
      const [config = ""] = Object.values(generateFolder(join(folder, name)).files);
      const here = `${fromRoot(join(folder, name))}/`;
      expect(told.length).toBeGreaterThan(0);
      for (const note of told) {
        const [, place, what] = /^(?:(\S+:\d+:\d+): )?[\w-]+ cannot do (.*) \(beyond-\w+\)\n$/.exec(note) ?? [];
        expect(config.replaceAll(/^!/gm, "#")).toContain(`#   ${what}${place === undefined ? "" : ` (${place})`}\n`);
        expect(place ?? here).toContain(here);
      }
    },
  );

  test("every key of the deployment file is in one of them", () => {
    const schema = deploymentSchema() as Schema;
    const used = new Set<string>();
    for (const name of cases) {
      const file = join(folder, name, "deployment.yaml");
      if (existsSync(file)) use(schema, parse(textOf(file)), "", used);
    }
    expect(keysOf(schema, "").filter((key) => !used.has(key))).toEqual([]);
  });

  test("same request, same bytes", () => {
    for (const name of cases) expect(generateFolder(join(folder, name))).toEqual(generateFolder(join(folder, name)));
  });
});

/** A set of descriptors is shown by the names of its files, in order: those of others are not ours to keep. */
function namedDescriptors(text: string): string {
  return text.replace(/(?<=proto_descriptor_bin: )"([\w+/=]+)"/g, (_, base64: string) =>
    FileDescriptorSet.fromBinary(Buffer.from(base64, "base64"))
      .file.map(({ name }) => name)
      .join(" "),
  );
}

/** The parts of a JSON schema that lead to keys. */
interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | false;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
}

/** `services.*.methods.*.retry.attempts`, and so on. */
function keysOf({ properties = {}, additionalProperties, items, anyOf = [] }: Schema, path: string): string[] {
  return [
    ...Object.entries(properties).flatMap(([key, each]) => [path + key, ...keysOf(each, `${path}${key}.`)]),
    ...(additionalProperties ? keysOf(additionalProperties, `${path}*.`) : []),
    ...(items ? keysOf(items, path) : []),
    ...anyOf.flatMap((each) => keysOf(each, path)),
  ];
}

/** Notes the keys of a value by the schema that it has. */
function use(schema: Schema, value: unknown, path: string, used: Set<string>): void {
  const { properties = {}, additionalProperties, items, anyOf = [] } = schema;
  for (const each of anyOf) use(each, value, path, used);
  if (Array.isArray(value)) {
    for (const each of value) if (items) use(items, each, path, used);
  } else if (typeof value === "object" && value !== null) {
    for (const [key, each] of Object.entries(value)) {
      if (Object.hasOwn(properties, key)) {
        used.add(path + key);
        use(properties[key]!, each, `${path}${key}.`, used);
      } else if (additionalProperties) use(additionalProperties, each, `${path}*.`, used);
    }
  }
}
