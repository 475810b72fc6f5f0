import type { DescEnum, DescExtension, DescMessage, DescService } from "@bufbuild/protobuf";

const indexes = new WeakMap<object, Map<object, number>>();

/** The position of a type in its file: indexes into the messages and, last, into the list of its kind. */
export function pathOf(type: DescMessage | DescEnum | DescExtension | DescService): number[] {
  if (type.kind === "service") return [indexIn(type.file.services, type)];
  const { parent } = type;
  if (parent === undefined) {
    const list =
      type.kind === "message" ? type.file.messages : type.kind === "enum" ? type.file.enums : type.file.extensions;
    return [indexIn(list, type)];
  }
  const list =
    type.kind === "message"
      ? parent.nestedMessages
      : type.kind === "enum"
        ? parent.nestedEnums
        : parent.nestedExtensions;
  return [...pathOf(parent), indexIn(list, type)];
}

/** Like indexOf, which would be quadratic over a long list. */
function indexIn(list: readonly object[], item: object): number {
  let index = indexes.get(list);
  if (index === undefined) {
    index = new Map(list.map((entry, i) => [entry, i]));
    indexes.set(list, index);
  }
  return index.get(item)!;
}
