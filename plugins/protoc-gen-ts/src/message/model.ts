import type { DescExtension, DescMessage } from "@bufbuild/protobuf";
import type { FieldShape, Member, MemberShape } from "../fields/field-shape.js";
import { listShape } from "../fields/list.js";
import { mapShape } from "../fields/map.js";
import { oneofShape } from "../fields/oneof.js";
import { singularShape } from "../fields/singular.js";
import type { Output } from "../output.js";

/** The input of the codec emitters: a message, or the holder of an extension's value. */
export interface CodecModel {
  readonly desc: DescMessage | DescExtension;
  /** The TypeScript type of the encoded object. */
  readonly type: string;
  /** The fields by number. */
  readonly fields: readonly FieldShape[];
}

/** A message with the shapes of its members, in the order of declaration. */
export interface Model extends CodecModel {
  readonly desc: DescMessage;
  readonly members: readonly { readonly desc: Member; readonly shape: MemberShape }[];
}

/** The shapes of a message's members, chosen by the kind of field. */
export function createModel(out: Output, desc: DescMessage): Model {
  const members = desc.members.map((member) => ({ desc: member, shape: shapeOf(out, member) }));
  const fields = members.flatMap(({ shape }) => shape.fields).sort((a, b) => a.field.number - b.field.number);
  return { desc, type: out.shapeType(desc), members, fields };
}

function shapeOf(out: Output, member: Member): MemberShape {
  if (member.kind === "oneof") return oneofShape(out, member);
  switch (member.fieldKind) {
    case "list":
      return listShape(out, member);
    case "map":
      return mapShape(out, member);
    default:
      return singularShape(out, member);
  }
}
