const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Text for XML and HTML; control characters, which XML cannot hold, become spaces. */
export function escapeXml(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text.replace(/[&<>"']/g, (char) => entities[char]!).replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, " ");
}
