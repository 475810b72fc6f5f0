import type { Completed } from "./completed.js";

/** For PowerShell 7 and Windows PowerShell 5.1, which complete files where a completer returns nothing. */
export function powershell(commands: readonly Completed[]): string {
  const values = commands.flatMap(({ name, options }) =>
    Object.entries(options).flatMap(([option, { type, short, choices }]) => {
      if (type === "boolean") return [];
      const flags = [`--${option}`, ...(short === undefined ? [] : [`-${short}`])];
      const answer = choices === undefined ? "return" : choices.map(quoted).join(", ");
      return flags.map((flag) => `    ${quoted(`${name} ${flag}`)} { ${answer} }`);
    }),
  );
  const words = commands.map(({ name, words, options }) => {
    const flags = Object.entries(options).map(([option, { about }]) => explained(`--${option}`, about));
    const all = [...words.map(quoted), ...flags];
    return `      ${quoted(name)} { ${all.length === 0 ? "return" : all.join(", ")} }`;
  });
  return `Register-ArgumentCompleter -Native -CommandName protoloom -ScriptBlock {
  param($current, $line, $cursor)
  $before = @($line.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursor } | ForEach-Object { $_.Extent.Text })
  $name = if ($before.Count -gt 1) { $before[1] } else { '' }
  $flag = $before[-1]
  $prefix = ''
  if ($current -match '^(--[^=]+)=') {
    $flag = $Matches[1]
    $prefix = $Matches[0]
  }
  $found = switch -CaseSensitive ("$name $flag") {
${values.join("\n")}
  }
  if ($null -eq $found) {
    if ($prefix -ne '') { return }
    $found = switch -CaseSensitive ($name) {
      '' { ${commands.map(({ name, about }) => explained(name, about)).join(", ")} }
${words.join("\n")}
    }
  }
  foreach ($each in $found) {
    $word, $about = ($prefix + $each) -split "\`t", 2
    if (-not $word.StartsWith($current, [StringComparison]::Ordinal)) { continue }
    if (-not $about) { $about = $word }
    [System.Management.Automation.CompletionResult]::new($word, $word, 'ParameterValue', $about)
  }
}
`;
}

/** A word and its explanation, which the script splits at the tab. */
function explained(word: string, about: string): string {
  return quoted(`${word}\t${about}`);
}

/** PowerShell takes typographic quotes for quotes, too; doubled they stand for themselves. */
function quoted(text: string): string {
  return `'${text.replace(/['\u2018\u2019\u201a\u201b]/g, "$&$&")}'`;
}
