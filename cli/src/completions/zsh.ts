import type { Option } from "../options.js";
import type { Completed } from "./completed.js";

export function zsh(commands: readonly Completed[]): string {
  const names = commands.map(({ name, about }) => `    ${quoted(`${name}:${about}`)}`);
  const cases = commands.map(({ name, words, options }) => {
    const specs = Object.entries(options).flatMap(([option, each]) => specsOf(option, each));
    const rest = words.length === 0 ? "'*:file:_files'" : `${quoted(`1:word:(${words.join(" ")})`)} '*:file:_files'`;
    return `    ${name}) _arguments ${[...specs, rest].join(" ")} ;;`;
  });
  return `#compdef protoloom
_protoloom() {
  local -a commands=(
${names.join("\n")}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  shift words
  (( CURRENT-- ))
  case $words[1] in
${cases.join("\n")}
  esac
}
if [ "$funcstack[1]" = "_protoloom" ]; then _protoloom "$@"; else compdef _protoloom protoloom; fi
`;
}

/** The option and its letter, as _arguments takes them: "*" if it may be repeated, "=" if a value follows. */
function specsOf(name: string, { type, multiple, short, value, about, choices }: Option): string[] {
  const text = about.replace(/[[\]:\\]/g, "\\$&");
  const values = choices === undefined ? "_files" : `(${choices.join(" ")})`;
  const tail = type === "boolean" ? `[${text}]` : `[${text}]:${value ?? "value"}:${values}`;
  const flags = [type === "boolean" ? `--${name}` : `--${name}=`, ...(short === undefined ? [] : [`-${short}`])];
  return flags.map((flag) => quoted(`${multiple === true ? "*" : ""}${flag}${tail}`));
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
