import type { DescField, DescFile, DescMessage } from "@bufbuild/protobuf";
import { nestedTypes } from "@bufbuild/protobuf/reflect";
import { locate, timeMistake } from "@protoloom/plugin-kit";
import { getterClashes } from "./message/getter-clashes.js";
import type { Options } from "./options.js";

/** The mistakes that keep options from being applied to a file, for the error of the response. */
export function mistakesIn(file: DescFile, options: Options): string[] {
  const messages = [...nestedTypes(file)].filter((type): type is DescMessage => type.kind === "message");
  const times = messages.flatMap(({ fields }) => fields).flatMap(timeMistakes);
  return options.oneofs === "getters" ? [...times, ...messages.flatMap(getterClashes)] : times;
}

function timeMistakes(field: DescField): string[] {
  const mistake = timeMistake(field);
  if (mistake === undefined) return [];
  return [
    `${locate(field)}: invalid option (protoloom.ts.v1.field).time: ${field.parent.typeName}.${field.name} ${mistake}`,
  ];
}
