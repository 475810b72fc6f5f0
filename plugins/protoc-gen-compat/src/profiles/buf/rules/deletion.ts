import { type BufRule, quote, type Report } from "../annotation.js";
import { located, type Place, type Source, type SourceFile } from "../source.js";

type Kind = "message" | "enum" | "extension" | "service";
const collections = { message: "messages", enum: "enums", extension: "extensions", service: "services" } as const;

export const deletionRules: readonly BufRule[] = [
  ...(["enum", "extension", "message", "service"] as const).flatMap((kind): BufRule[] => [
    {
      id: `${kind.toUpperCase()}_NO_DELETE`,
      on: "file",
      check: (report, next, previous) => inFile(kind, report, next, previous),
    },
    {
      id: `PACKAGE_${kind.toUpperCase()}_NO_DELETE`,
      on: "source",
      check: (report, next, previous) => inPackage(kind, report, next, previous),
    },
  ]),
  {
    id: "FILE_NO_DELETE",
    on: "source",
    check(report, next, previous) {
      for (const [path, file] of previous.files) {
        if (!next.files.has(path)) report(`Previously present file ${quote(path)} was deleted.`, undefined, file);
      }
    },
  },
  {
    id: "PACKAGE_NO_DELETE",
    on: "source",
    check(report, next, previous) {
      for (const [name, files] of previous.packages) {
        if (next.packages.has(name)) continue;
        const first = [...files].sort((a, b) => (a.path < b.path ? -1 : 1))[0];
        report(`Previously present package ${quote(name)} was deleted.`, undefined, first);
      }
    },
  },
];

function inFile(kind: Kind, report: Report, next: SourceFile, previous: SourceFile): void {
  const after = next[collections[kind]];
  for (const name of previous[collections[kind]].keys()) {
    if (after.has(name)) continue;
    report(`Previously present ${kind} ${quote(name)} was deleted from file.`, nearest(kind, next, name), previous);
  }
}

function inPackage(kind: Kind, report: Report, next: Source, previous: Source): void {
  for (const [pkg, files] of previous.packages) {
    const others = next.packages.get(pkg);
    if (others === undefined) continue;
    const after = new Set(others.flatMap((file) => [...file[collections[kind]].keys()]));
    if (after.size === 0 && kind !== "service") continue; // buf does not look at a package that has none of them left
    for (const file of files) {
      for (const name of file[collections[kind]].keys()) {
        if (after.has(name)) continue;
        const kept = next.files.get(file.path);
        // buf looks for messages around a message in the whole package, for those around anything else in the file.
        const message = `Previously present ${kind} ${quote(name)} was deleted from package ${quote(pkg)}.`;
        report(message, kept && nearestOf(kind, kept, name, kind === "message" ? others : [kept]), file);
      }
    }
  }
}

function nearest(kind: Kind, file: SourceFile, name: string): Place | SourceFile {
  return nearestOf(kind, file, name, [file]);
}

/** The innermost message that is left, in these files, of those around what was deleted; or the file. */
function nearestOf(kind: Kind, file: SourceFile, name: string, files: readonly SourceFile[]): Place | SourceFile {
  const names = name.split(".");
  for (let i = names.length - 1; i > 0 && kind !== "service"; i--) {
    const around = names.slice(0, i).join(".");
    const message = files.map(({ messages }) => messages.get(around)).find((each) => each !== undefined);
    if (message !== undefined) return located(message) ?? message.file;
  }
  return file;
}
