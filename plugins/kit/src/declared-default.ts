import type { DescField, DescMessage } from "@bufbuild/protobuf";

/** The fields with a declared default, `[default = 7]`: their value when they are not set. */
export function fieldsWithDefault(message: DescMessage): DescField[] {
  return message.fields.filter((field) => {
    const isSingular = field.fieldKind === "scalar" || field.fieldKind === "enum";
    return isSingular && field.oneof === undefined && field.getDefaultValue() !== undefined;
  });
}
