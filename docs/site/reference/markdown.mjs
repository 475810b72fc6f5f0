/** Pieces of the Markdown that is made from data. */

/** A fenced block, for text without fences of its own. */
export const fenced = (language, text) => `\`\`\`${language}\n${text.trimEnd()}\n\`\`\`\n`;

/** Text in the cell of a table. */
export const cell = (text) => text.replaceAll("|", "\\|").replaceAll("<", "&lt;").replaceAll("\n", " ");

export function table(head, rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return `${[line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n")}\n`;
}
