import type { DescFile, DescMethod } from "@bufbuild/protobuf";
import { nestedTypes } from "@bufbuild/protobuf/reflect";
import { locate } from "@protoloom/plugin-kit";
import type { Member } from "./fields/field-shape.js";

/** What has no sound form in TypeScript, one line for each finding. */
export function checkFile(file: DescFile): string[] {
  return [...nestedTypes(file)].flatMap((type) => {
    if (type.kind === "message") return clashes(type.members);
    return type.kind === "service" ? clashes(type.methods) : [];
  });
}

/** Names that become one, such as the fields `user_id` and `userId`. */
function clashes(members: readonly (Member | DescMethod)[]): string[] {
  const seen = new Map<string, string>();
  return members.flatMap((member) => {
    const first = seen.get(member.localName);
    seen.set(member.localName, member.name);
    if (first === undefined) return [];
    return [
      `${locate(member)}: ${member} and ${first} both become the property "${member.localName}": rename one of them`,
    ];
  });
}
