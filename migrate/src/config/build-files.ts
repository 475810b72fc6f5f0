import type { PeerPlugins } from "../source.js";

/** The outputs of our plugins, and their options. */
export interface Output {
  /** The options of both plugins. */
  readonly shared: readonly string[];
  /** Further ones of the plugin for messages. */
  readonly messages: readonly string[];
  /** Whether the project has services that need code of their own. */
  readonly services: boolean;
}

/** The options for protoc-gen-ts, as one text. */
export function messageOptions({ shared, messages }: Output): string {
  return [...shared, ...messages].join(",");
}

/** A text of commands, such as a shell script, with our plugins in the calls of protoc. */
export function migrateCommands(text: string, peers: readonly PeerPlugins[], output: Output): string {
  const flag = flagOf(peers.flatMap(({ local }) => local).map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")));
  const isStatic = peers.some(({ tools }) => tools.includes("protobufjs-cli"));
  return commandsIn(isStatic ? withoutPbjs(text, output) : text)
    .map((command) => (/protoc|_out\b/i.test(command) ? migrateCommand(command, flag, output) : command))
    .join("");
}

/** `pbjs -t static-module -o gen/order.js -p proto order.proto && pbts …` is one call of protoc. */
function withoutPbjs(text: string, output: Output): string {
  const withoutTypes = text.replace(/\s*(&&|;)?[ \t]*(npx )?\bpbts\b[^&;|\n"]*/g, "");
  return withoutTypes.replace(/\bpbjs\b([^&;|\n"]*)/g, (command, rest: string) => {
    const words = rest.trim().split(/\s+/);
    if (!/static(-module)?/.test(rest)) return command;
    const after = (names: readonly string[]): string[] => words.filter((_, i) => names.includes(words[i - 1] ?? ""));
    const [out = "."] = after(["-o", "--out"]).map((file) => file.replace(/\/?[^/]*$/, "") || ".");
    const paths = after(["-p", "--path"]).map((folder) => `--proto_path=${folder}`);
    const protos = words.filter((word) => word.endsWith(".proto"));
    return ["protoc", ...paths, ...flags(out, output), ...protos].join(" ");
  });
}

/** A value on a command line, quoted or not, also inside of a JSON string. */
const VALUE = `\\\\"[^"]*\\\\"|"[^"]*"|'[^']*'|(?:[^\\s"'\\\\]|\\\\(?!\\r?\\n|"))+`;

/** A flag of a plugin: where it is, where it writes, or its options; with the space before it. */
function flagOf(names: readonly string[]): RegExp {
  const name = names.join("|");
  const plugin = `plugin(?:=|\\s+)(?<quote>\\\\"|["']|)protoc-gen-(?<plugin>${name})=(?<path>[^\\s"'\\\\]+)\\k<quote>`;
  const other = `(?:${name})_(?<kind>out|opt)(?:=|\\s+)(?<value>${VALUE})`;
  return new RegExp(`(?<lead>[ \\t]*(?:\\\\\\r?\\n)?[ \\t]*)--(?:${plugin}|${other})`, "g");
}

function migrateCommand(command: string, flag: RegExp, output: Output): string {
  let isWritten = false;
  const places = new Set<string>();
  const changed = command.replace(flag, (...args) => {
    const { lead, plugin, path, kind, value } = args.at(-1) as Record<string, string | undefined>;
    if (plugin !== undefined) {
      const fresh = pluginPaths(plugin, path!, output).filter((each) => !places.has(each));
      for (const each of fresh) places.add(each);
      return fresh.map((each) => `${lead}${each}`).join("");
    }
    if (kind !== "out" || isWritten) return "";
    isWritten = true;
    return flags(folderOf(value!), output)
      .map((each) => `${lead}${each}`)
      .join("");
  });
  return changed.replace(/\bgrpc_tools_node_protoc\b/g, "protoc");
}

/** Our plugins are in the folder of the old one. One that a variable names is known only if it has the name of ours. */
function pluginPaths(plugin: string, path: string, { services }: Output): string[] {
  const isNamed = path.endsWith(`protoc-gen-${plugin}`);
  if (!isNamed && plugin !== "ts") return [];
  const ours = isNamed ? `${path.slice(0, -plugin.length)}ts` : path;
  return [`--plugin=protoc-gen-protoloom=${ours}`, ...(services ? [`--plugin=protoc-gen-ts-grpc=${ours}-grpc`] : [])];
}

function flags(folder: string, output: Output): string[] {
  const options = messageOptions(output);
  const shared = output.shared.join(",");
  return [
    `--protoloom_out=${folder}`,
    ...(options === "" ? [] : [`--protoloom_opt=${options}`]),
    ...(output.services ? [`--ts-grpc_out=${folder}`, ...(shared === "" ? [] : [`--ts-grpc_opt=${shared}`])] : []),
  ];
}

/** The folder of `import_style=commonjs,binary:folder`, with its quotes. */
function folderOf(value: string): string {
  const [, quote = "", inner] = /^(\\?["'])?(.*?)\1$/.exec(value) ?? [undefined, "", value];
  const text = inner ?? value;
  const at = /^[\w=,.+-]*:(?!\\)/.exec(text);
  return quote + (at === null ? text : text.slice(at[0].length)) + quote;
}

/** The lines of a script, those that a backslash joins together. */
function commandsIn(text: string): string[] {
  return text.match(/(?:[^\n]*\\\r?\n)*[^\n]*(?:\n|$)/g)?.filter((each) => each !== "") ?? [];
}
