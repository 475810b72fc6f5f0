import type { DescField, DescMessage } from "@bufbuild/protobuf";
import { locate } from "@protoloom/plugin-kit";

/** The methods of messages. A field takes the name of one, a getter cannot: the oneof has the value. */
const methods = ["toBinary", "mergeFromBinary", "clone", "equals", "toJson", "toJsonString", "toJSON"];

/** The mistakes in the names of the getters that oneofs=getters writes for a message: names that something else has. */
export function getterClashes(desc: DescMessage): string[] {
  const taken = new Map<string, string>();
  for (const name of Object.getOwnPropertyNames(Object.prototype)) taken.set(name, "every object has a property");
  for (const name of methods) taken.set(name, "every message has a method");
  for (const member of desc.members) taken.set(member.localName, `${member.kind} ${desc.typeName}.${member.name} is the property`);
  return desc.oneofs.flatMap(({ fields }) => fields).flatMap((field) => clashOf(field, taken));
}

function clashOf(field: DescField, taken: Map<string, string>): string[] {
  const { localName, parent, name } = field;
  const other = taken.get(localName);
  taken.set(localName, `${parent.typeName}.${name} has a getter`);
  if (other === undefined) return [];
  const hint = "rename one, or use oneofs=case";
  return [`${locate(field)}: cannot write a getter for ${parent.typeName}.${name}: ${other} ${JSON.stringify(localName)}; ${hint}`];
}
