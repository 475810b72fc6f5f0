import type { DescFile, DescMessage } from "@bufbuild/protobuf";
import { nestedTypes } from "@bufbuild/protobuf/reflect";
import { locate, PluginError } from "@protoloom/plugin-kit";

/** Refuses what has no sound form in TypeScript; all findings of a file at once. */
export function checkFile(file: DescFile): void {
  const findings = [...nestedTypes(file)].flatMap((type) => (type.kind === "message" ? clashes(type) : []));
  if (findings.length > 0) throw new PluginError(findings.join("\n"));
}

/** Fields whose names become one, such as `user_id` and `userId`. */
function clashes(message: DescMessage): string[] {
  const seen = new Map<string, string>();
  return message.members.flatMap((member) => {
    const first = seen.get(member.localName);
    seen.set(member.localName, member.name);
    if (first === undefined) return [];
    return [
      `${locate(member)}: ${member.kind} ${message.typeName}.${member.name} and ${first} both become the property ` +
        `"${member.localName}": rename one of them`,
    ];
  });
}
