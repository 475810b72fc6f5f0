import type { Completed } from "./completed.js";

/** For bash, which splits a word at "=": the value of `--format=json` is a word of its own, after the word "=". */
export function bash(commands: readonly Completed[]): string {
  const values = commands.flatMap(({ name, options }) =>
    Object.entries(options).flatMap(([option, { type, short, choices }]) => {
      if (type === "boolean") return [];
      const names = [`"${name} --${option}"`, ...(short === undefined ? [] : [`"${name} -${short}"`])];
      const words = choices === undefined ? "-f" : `-W "${choices.join(" ")}"`;
      return [`    ${names.join(" | ")}) COMPREPLY=($(compgen ${words} -- "$current")); return ;;`];
    }),
  );
  const words = commands.map(({ name, words, options }) => {
    const flags = Object.keys(options).map((option) => `--${option}`);
    return `    ${name}) words="${[...words, ...flags].join(" ")}" ;;`;
  });
  return `_protoloom() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" words=""
  if [[ $COMP_CWORD == 1 ]]; then
    COMPREPLY=($(compgen -W "${commands.map(({ name }) => name).join(" ")}" -- "$current"))
    return
  fi
  [[ $current == "=" ]] && current=""
  [[ $previous == "=" ]] && previous="\${COMP_WORDS[COMP_CWORD-2]}"
  case "\${COMP_WORDS[1]} $previous" in
${values.join("\n")}
  esac
  case "\${COMP_WORDS[1]}" in
${words.join("\n")}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o bashdefault -o default -F _protoloom protoloom
`;
}
