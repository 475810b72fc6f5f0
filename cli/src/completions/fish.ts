import type { Option } from "../options.js";
import type { Completed } from "./completed.js";

export function fish(commands: readonly Completed[]): string {
  const lines = commands.flatMap(({ name, about, words, options }) => {
    const within = `complete -c protoloom -n ${quoted(`__fish_seen_subcommand_from ${name}`)}`;
    return [
      `complete -c protoloom -n __fish_use_subcommand -f -a ${name} -d ${quoted(about)}`,
      ...(words.length === 0 ? [] : [`${within} -f -a ${quoted(words.join(" "))}`]),
      ...Object.entries(options).map(([option, each]) => `${within} ${flagsOf(option, each)}`),
    ];
  });
  return `${lines.join("\n")}\n`;
}

/** -r: a value follows, -x: it is not a file. */
function flagsOf(name: string, { type, short, about, choices }: Option): string {
  const values = choices === undefined ? " -r" : ` -x -a ${quoted(choices.join(" "))}`;
  return `-l ${name}${short === undefined ? "" : ` -s ${short}`}${type === "boolean" ? "" : values} -d ${quoted(about)}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
