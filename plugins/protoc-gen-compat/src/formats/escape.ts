const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Escapes text for XML and HTML. Control characters, which XML cannot contain, become spaces. */
export function escapeXml(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it searches for them
  return text.replace(/[&<>"']/g, (char) => entities[char]!).replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, " ");
}

/** Escapes text between tags, where quotes can stay. */
export function escapeContent(text: string): string {
  return escapeXml(text).replaceAll("&quot;", '"').replaceAll("&#39;", "'");
}
