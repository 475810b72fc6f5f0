import type { Command } from "../command.js";
import { helpOption, type Option, optionsHelp, parseOptions, UsageError } from "../options.js";
import { bash } from "./bash.js";
import type { Completed } from "./completed.js";
import { fish } from "./fish.js";
import { powershell } from "./powershell.js";
import { zsh } from "./zsh.js";

/** The script of each shell. It holds all names, so that completing starts no program. */
export const shells: Readonly<Record<string, (commands: readonly Completed[]) => string>> = {
  bash,
  zsh,
  fish,
  powershell,
};

export const completionsOptions: Readonly<Record<"help", Option>> = { help: helpOption };

const help = `protoloom completions bash|zsh|fish|powershell

Prints a script that completes commands, options and their values.

  bash         eval "$(protoloom completions bash)"      in ~/.bashrc
  zsh          eval "$(protoloom completions zsh)"       in ~/.zshrc, after compinit
  fish         protoloom completions fish | source       in ~/.config/fish/config.fish
  powershell   protoloom completions powershell | Out-String | Invoke-Expression      in $PROFILE

${optionsHelp(completionsOptions)}
`;

/** Runs `protoloom completions` and returns its exit code. */
export async function completionsCommand(
  args: readonly string[],
  commands: Readonly<Record<string, Command>>,
): Promise<number> {
  try {
    const { values, positionals } = parseOptions<{ readonly help?: boolean }>(args, completionsOptions);
    const [shell = "", ...more] = positionals;
    if (!values.help && (more.length > 0 || !Object.hasOwn(shells, shell)))
      throw new UsageError(`expected ${Object.keys(shells).join(", ")}, got ${JSON.stringify(positionals.join(" "))}`);
    process.stdout.write(values.help ? help : shells[shell]!(await completed(commands)));
    return 0;
  } catch (e) {
    if (!(e instanceof UsageError)) throw e;
    process.stderr.write(`protoloom completions: ${e.message}\n`);
    return 1;
  }
}

async function completed(commands: Readonly<Record<string, Command>>): Promise<Completed[]> {
  const list: Completed[] = [];
  for (const [name, { about, words = [], options }] of Object.entries(commands))
    list.push({ name, about, words, options: typeof options === "function" ? await options() : options });
  const names = list.map(({ name }) => name);
  return [...list, { name: "help", about: "explain a command", words: names, options: {} }];
}
