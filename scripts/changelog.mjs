/** Reading and closing sections of CHANGELOG.md. */

const heading = "## Unreleased";

/** Returns the text under a version's heading, or under "Unreleased"; undefined if there is none. */
export function notesOf(changelog, version) {
  const sections = changelog.split(/^(?=## )/m);
  const section = sections.find((text) => /^## (\S+)/.exec(text)?.[1] === version);
  return section?.slice(section.indexOf("\n")).trim() || undefined;
}

/** Moves the unreleased section under its version and day (YYYY-MM-DD), and adds a new, empty "Unreleased" heading. */
export function closeSection(changelog, version, day) {
  return changelog.replace(heading, `${heading}\n\n## ${version} (${day})`);
}
