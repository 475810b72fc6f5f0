/** The packages that package.json gets and loses. */
export interface ManifestChange {
  /** The packages that nothing imports any more, and what comes in their place, with versions. */
  readonly runtime: Replacement;
  /** The same for the packages that generate code. */
  readonly tools: Replacement;
  /** Rewrites the text of a script. */
  script(text: string): string;
}

interface Replacement {
  readonly removed: readonly string[];
  /** The packages beside which ours come, even if they stay. */
  readonly found: readonly string[];
  readonly added: Readonly<Record<string, string>>;
}

type Section = Record<string, string>;

interface Manifest {
  scripts?: Section;
  dependencies?: Section;
  devDependencies?: Section;
  peerDependencies?: Section;
}

const SECTIONS = ["dependencies", "devDependencies", "peerDependencies"] as const;

/** A package.json with other dependencies and scripts. Its indentation stays. The text is the same if nothing of it changes. */
export function migrateManifest(text: string, change: ManifestChange): string {
  const manifest = JSON.parse(text) as Manifest;
  let isChanged = changeScripts(manifest, change);
  for (const { removed, found, added } of [change.runtime, change.tools]) {
    for (const name of SECTIONS) {
      const section = manifest[name] ?? {};
      const gone = removed.filter((each) => Object.hasOwn(section, each));
      const isDone = Object.keys(added).every((each) => Object.hasOwn(section, each));
      if (gone.length === 0 && (isDone || !found.some((each) => Object.hasOwn(section, each)))) continue;
      for (const each of gone) delete section[each];
      manifest[name] = sorted({ ...section, ...added });
      isChanged = true;
    }
  }
  if (!isChanged) return text;
  const indent = /^([ \t]+)"/m.exec(text)?.[1] ?? "  ";
  return `${JSON.stringify(manifest, undefined, indent)}${text.endsWith("\n") ? "\n" : ""}`;
}

function changeScripts(manifest: Manifest, { script }: ManifestChange): boolean {
  let isChanged = false;
  for (const [name, text] of Object.entries(manifest.scripts ?? {})) {
    const changed = script(text);
    if (changed === text) continue;
    manifest.scripts![name] = changed;
    isChanged = true;
  }
  return isChanged;
}

/** As npm writes them. */
function sorted(section: Section): Section {
  return Object.fromEntries(Object.entries(section).sort(([a], [b]) => (a < b ? -1 : 1)));
}
