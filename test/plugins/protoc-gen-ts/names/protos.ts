import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { protoCamelCase } from "@bufbuild/protobuf/reflect";
import type { Sources } from "../../compile.js";

const here = dirname(fileURLToPath(import.meta.url));

/** Words that mean something to JavaScript, TypeScript, our classes or the text of generated code. */
export const words: readonly string[] = readFileSync(join(here, "words.txt"), "utf8").split(/\s+/).filter(Boolean);

/** Proto files in which everything that has a name has each of the words for its name. */
export const protos: Sources = {
  "names/messages.proto": messages("proto3", "names.messages"),
  "names/old_messages.proto": messages("proto2", "names.old_messages"),
  "names/open_enums.proto": enums("proto3", "names.open_enums"),
  "names/closed_enums.proto": enums("proto2", "names.closed_enums"),
  "names/fields.proto": fields(),
  "names/extensions.proto": extensions(),
  "names/services.proto": services(),
  ...files(),
};

function messages(syntax: "proto2" | "proto3", pkg: string): string {
  const optional = syntax === "proto2" ? "optional" : "";
  const must = syntax === "proto2" ? "required int32 must = 6;" : "";
  return [
    `syntax = "${syntax}"; package ${pkg};`,
    ...words.map((word) => {
      const type = `.${pkg}.${word}`;
      return `message ${word} {
        ${must}
        ${optional} ${type} one = 1;
        repeated ${type} many = 2;
        map<string, ${type}> by_key = 3;
        oneof choice { ${type} chosen = 4; string text = 5; }
      }`;
    }),
  ].join("\n");
}

function enums(syntax: "proto2" | "proto3", pkg: string): string {
  const optional = syntax === "proto2" ? "optional" : "";
  const named = words.slice(0, 70); // local variables stand behind these, and hide no types
  const declared = named.map((word, i) => `enum ${word} { ZERO_${i} = 0; ONE_${i} = 1; }`);
  const users = named.map((word, i) => {
    const type = `.${pkg}.${word}`;
    return `message User${i} { ${optional} ${type} one = 1; repeated ${type} many = 2; map<string, ${type}> by_key = 3; }`;
  });
  return [`syntax = "${syntax}"; package ${pkg};`, ...declared, ...users].join("\n");
}

/** The names of which no two become the same key. */
function distinct(names: readonly string[], keyOf: (name: string) => string): string[] {
  return [...new Map(names.map((name) => [keyOf(name), name])).values()].filter((name) => keyOf(name) !== "");
}

/** The words as names of properties, each property once, and names with other digits and underscores. */
function fieldNames(): string[] {
  const more = ["_1", "__2", "x_", "y__z", "_leading", "a3b", "snake_case", "UPPER_CASE", "to_json", "case", "value"];
  return [...distinct([...words, ...more], protoCamelCase), "_"];
}

function fields(): string {
  const names = fieldNames();
  const message = (
    name: string,
    field: (field: string, i: number) => string,
    list: readonly string[] = names,
  ): string => `message ${name} {\n${list.map(field).join("\n")}\n}`;
  const values = distinct(words, (word) => word.toLowerCase()); // as protoc wants them
  const kind = `enum Kind { option features.enum_type = CLOSED;\n${values.map((word, i) => `${word} = ${i};`).join("\n")}\n}`;
  const entries = distinct(names, (name) => protoCamelCase(name).toLowerCase());
  const types = ["int32", "string", "Owner.Kind", "int64"];
  const type = (i: number, owner: string): string => (i % 5 === 4 ? owner : types[i % 5]!);
  return [
    `edition = "2023"; package names.fields;`,
    `message Owner {\n${kind}\n}`,
    message("Explicit", (name, i) => `${type(i, "Explicit")} ${name} = ${i + 1};`),
    message(
      "Implicit",
      (name, i) => `${["int32", "string"][i % 2]} ${name} = ${i + 1} [features.field_presence = IMPLICIT];`,
    ),
    message(
      "Required",
      (name, i) => `${["int32", "string"][i % 2]} ${name} = ${i + 1} [features.field_presence = LEGACY_REQUIRED];`,
    ),
    message("Repeated", (name, i) => `repeated ${type(i, "Repeated")} ${name} = ${i + 1};`),
    message("Maps", (name, i) => `map<string, ${type(i, "Maps")}> ${name} = ${i + 1};`, entries),
    `message Cases {\noneof choice {\n${names.map((name, i) => `${type(i, "Cases")} ${name} = ${i + 1};`).join("\n")}\n}\n}`,
    message("Oneofs", (name, i) => `oneof ${name} { ${type(i, "Oneofs")} case_${i}x = ${i + 1}; }`),
  ].join("\n");
}

function extensions(): string {
  const types = ["optional int32", "optional string", "repeated .names.extensions.Extended", "repeated int64"];
  const extend = (list: readonly string[], start: number): string =>
    `extend .names.extensions.Extended {\n${list.map((word, i) => `${types[i % 4]} ${word} = ${start + i};`).join("\n")}\n}`;
  return [
    `syntax = "proto2"; package names.extensions;`,
    `message Extended { extensions 1 to max; }`,
    extend(words, 1),
    `message Scope {\n${extend(words, 1000)}\n}`,
  ].join("\n");
}

function services(): string {
  const input = ".names.services.Input";
  const methods = distinct(words, (word) => word[0]!.toLowerCase() + word.slice(1));
  return [
    `syntax = "proto3"; package names.services;`,
    `message Input {}`,
    ...words.map((word) => `service ${word} { rpc ${word}(${input}) returns (stream ${input}); }`),
    `service AllMethods {\n${methods.map((word) => `rpc ${word}(${input}) returns (${input});`).join("\n")}\n}`,
  ].join("\n");
}

/** Files with odd names, and types of the same name from several of them in one. */
function files(): Sources {
  const odd = [
    "with space",
    "dots.in.name",
    "dash-ed/sub-dir",
    "ünï/cödé 🎉",
    "quo'te",
    "1digit",
    "index",
    "a+b=(c)[d]{e}$&",
  ];
  const sources = Object.fromEntries(
    odd.map((name, i) => [
      `${name}.proto`,
      `syntax = "proto3"; package odd${i}; message Order { Order self = 1; Kind kind = 2; enum Kind { ZERO = 0; } }`,
    ]),
  );
  return {
    ...sources,
    "no_package.proto": `syntax = "proto3"; import public "index.proto"; message Order { Order self = 1; .odd6.Order order = 2; }`,
    "deep/er/importing.proto": `
      syntax = "proto2";
      package importing;
      import "no_package.proto";
      import weak "1digit.proto";
      ${odd
        .filter((name) => !["index", "1digit"].includes(name))
        .map((name) => `import "${name}.proto";`)
        .join("\n")}
      message Order {
        optional Order self = 1;
        ${odd.map((_, i) => `optional .odd${i}.Order order${i} = ${i + 10}; repeated .odd${i}.Order.Kind kinds${i} = ${i + 30};`).join("\n")}
        oneof any_order { ${odd.map((_, i) => `.odd${i}.Order one_${i}x = ${i + 50};`).join(" ")} }
        extensions 100 to 200;
      }
      extend Order { ${odd.map((_, i) => `optional .odd${i}.Order ext${i} = ${i + 100};`).join(" ")} }
      message OrderInit {}
      message Order_Init { message Schema {} }
      message OrderSchema { message Init {} enum Kind { A = 0; } }
      message file_deep_er_importing {}
      message A_B { optional A.B other = 1; }
      message A { message B { message C {} } message B_C { optional A.B.C other = 1; } enum B_C_ { B_C_Z = 0; } }
      service OrderInitInit {}
    `,
    "deep/nesting.proto": `syntax = "proto3"; package deep; ${nested(31)}`,
    "long/union.proto": `syntax = "proto3"; package long; message Union { oneof choice { ${cases(300)} } }`,
  };
}

function nested(levels: number): string {
  return levels === 0 ? "" : `message M { M inner = 1; ${nested(levels - 1)} }`;
}

function cases(count: number): string {
  return Array.from({ length: count }, (_, i) => `${["int32", "string", "Union"][i % 3]} case_${i}x = ${i + 1};`).join(
    " ",
  );
}
