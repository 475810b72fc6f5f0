/** The page of the options of every plugin, from the tables that the plugins parse their parameters with. */
import { load } from "./load.mjs";
import { cell, table } from "./markdown.mjs";

const plugins = [
  "protoc-gen-ts",
  "protoc-gen-ts-grpc",
  "protoc-gen-ts-validate",
  "protoc-gen-envoy",
  "protoc-gen-compat",
];

export async function optionsPage() {
  const parts = [];
  for (const plugin of plugins) {
    const { options } = await load(`plugins/${plugin}/src/options.ts`);
    const rows = Object.entries(options).map(([name, option]) => [`\`${name}\``, valuesOf(option), cell(option.about)]);
    parts.push(
      `## ${plugin}\n\n${usage(plugin)}\n\n${table(["option", "values, the default first", "what it does"], rows)}`,
    );
  }
  return `# Options of the plugins

Options are \`name=value\`. Separate several with commas, or give the flag repeatedly. An unknown option or value is an error that
lists the valid ones, and \`--help\` of each plugin prints this table.

${parts.join("\n")}`;
}

function usage(plugin) {
  const flag = plugin.replace("protoc-gen-", "");
  return `With protoc: \`--${flag}_out=gen --${flag}_opt=NAME=VALUE\`. In \`buf.gen.yaml\`: \`local: ${plugin}\` with a list \`opt\`.`;
}

function valuesOf({ values, default: first, form, repeatable }) {
  const shown = values === "text" ? [form?.shown ?? first] : [first, ...values.filter((value) => value !== first)];
  const list = shown.map((value) => (value === "" ? "text" : `\`${cell(value)}\``)).join(", ");
  return repeatable ? `${list}; repeatable` : list;
}
