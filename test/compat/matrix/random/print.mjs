/** A schema of schema.mjs as the text of a proto. */
export function printSchema({ syntax, enums, messages, methods }, packageName) {
  return `${[
    `syntax = "${syntax}";`,
    `package ${packageName};`,
    ...enums.flatMap(({ name, values }) => [
      `enum ${name} {`,
      ...values.map((value) => `  ${value.name} = ${value.number};`),
      "}",
    ]),
    ...messages.flatMap(({ name, fields }) => [`message ${name} {`, ...printFields(fields, syntax), "}"]),
    ...(methods.length === 0 ? [] : ["service S {", ...methods.map((method) => `  ${printMethod(method)}`), "}"]),
  ].join("\n")}\n`;
}

function printFields(fields, syntax) {
  const oneofs = new Set(fields.map(({ oneof }) => oneof).filter((name) => name !== undefined));
  return [
    ...fields.filter(({ oneof }) => oneof === undefined).map((field) => `  ${printField(field, syntax)}`),
    ...[...oneofs].flatMap((name) => [
      `  oneof ${name} {`,
      ...fields.filter(({ oneof }) => oneof === name).map((field) => `    ${printField(field, syntax)}`),
      "  }",
    ]),
  ];
}

function printField({ name, number, type, label, key, value, oneof, ...options }, syntax) {
  const shown = type === "map" ? `map<${key}, ${value}>` : type;
  const needed = syntax === "proto2" && type !== "map" && oneof === undefined && label === "" ? "optional" : label;
  const chosen = [
    options.default !== undefined && `default = ${options.default}`,
    options.packed !== undefined && `packed = ${options.packed}`,
    options.jsonName !== undefined && `json_name = "${options.jsonName}"`,
  ].filter(Boolean);
  const list = chosen.length === 0 ? "" : ` [${chosen.join(", ")}]`;
  return `${needed === "" ? "" : `${needed} `}${shown} ${name} = ${number}${list};`;
}

function printMethod({ name, input, output, streams }) {
  const [of, back] = [streams.includes("c"), streams.includes("s")].map((is) => (is ? "stream " : ""));
  return `rpc ${name}(${of}${input}) returns (${back}${output});`;
}
