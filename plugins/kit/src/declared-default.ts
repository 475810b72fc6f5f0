import type { DescField, DescMessage } from "@bufbuild/protobuf";

/** The fields for which the schema declares a default, `[default = 7]`: what they stand for where they are not set. */
export function fieldsWithDefault(message: DescMessage): DescField[] {
  return message.fields.filter((field) => {
    const isSingular = field.fieldKind === "scalar" || field.fieldKind === "enum";
    return isSingular && field.oneof === undefined && field.getDefaultValue() !== undefined;
  });
}
