import { clearField, create, type DescMessage, isFieldSet, type Message, type UnknownField } from "@bufbuild/protobuf";
import { type ReflectMessage, reflect } from "@bufbuild/protobuf/reflect";
import { BinaryReader, BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import {
  type DescriptorProto,
  type FieldDescriptorProto,
  FieldDescriptorProto_Label,
  FieldDescriptorProtoSchema,
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  type UninterpretedOption,
  UninterpretedOptionSchema,
} from "@bufbuild/protobuf/wkt";

// The text format cannot hold options whose extensions it does not know. A lock file has them as descriptor.proto has
// options that are not interpreted yet: by the name of the extension, with the encoded value.

/** A function that gives the custom options of a file their names. `files` declare the extensions. */
export function namedOptions(files: readonly FileDescriptorProto[]): (file: FileDescriptorProto) => void {
  const names = new Map(extensionsOf(files).map(([name, field]) => [`${field.extendee} ${field.number}`, name]));
  const nameOf = (owner: DescMessage, { no }: UnknownField): string =>
    names.get(`.${owner.typeName} ${no}`) ?? String(no);
  return (file) =>
    forEachOptions(file, (options) => {
      const list = listOf(options);
      for (const [path, owner] of extended(options)) {
        for (const unknown of owner.message.$unknown ?? [])
          list?.push(uninterpreted([...path, nameOf(owner.desc, unknown)], unknown));
        delete owner.message.$unknown;
      }
    });
}

/** The reverse. An option whose extension is not declared keeps its number as its name. */
export function numberedOptions(files: readonly FileDescriptorProto[]): (file: FileDescriptorProto) => void {
  const numbers = new Map(extensionsOf(files).map(([name, { number }]) => [name, number]));
  return (file) =>
    forEachOptions(file, (options) => {
      const list = listOf(options);
      for (const option of list?.splice(0) ?? []) {
        const name = option.name.at(-1)!.namePart;
        const owner = option.name.length === 1 ? options : memberOf(options, option.name[0]!.namePart);
        const unknown = interpreted(numbers.get(name) ?? Number(name), option);
        if (owner !== undefined) owner.message.$unknown = [...(owner.message.$unknown ?? []), unknown];
      }
    });
}

/** Removes what nearly every field has: the label for singular fields, and the JSON name that follows from its name. */
export function shortenFields(file: FileDescriptorProto): void {
  for (const field of fieldsOf(file)) {
    if (field.label === FieldDescriptorProto_Label.OPTIONAL) clearField(field, FieldDescriptorProtoSchema.field.label);
    if (field.jsonName === jsonName(field.name)) clearField(field, FieldDescriptorProtoSchema.field.jsonName);
  }
}

/** Adds it again. */
export function completeFields(file: FileDescriptorProto): void {
  for (const field of fieldsOf(file)) {
    if (!isFieldSet(field, FieldDescriptorProtoSchema.field.label)) field.label = FieldDescriptorProto_Label.OPTIONAL;
    if (!isFieldSet(field, FieldDescriptorProtoSchema.field.jsonName)) field.jsonName = jsonName(field.name);
  }
}

/** The JSON name that compilers give to a field: without underscores, and a capital after each. */
function jsonName(name: string): string {
  return name.replace(/_+([^_]?)/g, (_, letter: string) => letter.toUpperCase());
}

function fieldsOf(file: FileDescriptorProto): FieldDescriptorProto[] {
  const inMessage = ({ field, extension, nestedType }: DescriptorProto): FieldDescriptorProto[] => [
    ...field,
    ...extension,
    ...nestedType.flatMap(inMessage),
  ];
  return [...file.extension, ...file.messageType.flatMap(inMessage)];
}

/** The extensions declared in files, by full name. */
function extensionsOf(files: readonly FileDescriptorProto[]): [name: string, FieldDescriptorProto][] {
  return files.flatMap((file) => {
    const within = (scope: string, fields: readonly FieldDescriptorProto[]): [string, FieldDescriptorProto][] =>
      fields.map((field) => [scope === "" ? field.name : `${scope}.${field.name}`, field]);
    const inMessage = (
      scope: string,
      { name, extension, nestedType }: DescriptorProto,
    ): [string, FieldDescriptorProto][] => {
      const own = scope === "" ? name : `${scope}.${name}`;
      return [...within(own, extension), ...nestedType.flatMap((each) => inMessage(own, each))];
    };
    const nested = file.messageType.flatMap((each) => inMessage(file.package, each));
    return [...within(file.package, file.extension), ...nested];
  });
}

function forEachOptions(file: FileDescriptorProto, visit: (options: ReflectMessage) => void): void {
  const walk = (message: ReflectMessage): void => {
    if (message.desc.fields.some(({ name }) => name === "uninterpreted_option")) {
      visit(message);
      return;
    }
    for (const field of message.fields) {
      if (field.fieldKind === "message" && message.isSet(field)) walk(message.get(field));
      else if (field.fieldKind === "list" && field.listKind === "message")
        for (const each of message.get(field)) walk(each as ReflectMessage);
    }
  };
  walk(reflect(FileDescriptorProtoSchema, file));
}

/** The options themselves, and their messages that can be extended, such as the features of an edition. */
function extended(options: ReflectMessage): [path: readonly string[], ReflectMessage][] {
  const members = options.fields.flatMap((field): [readonly string[], ReflectMessage][] =>
    field.fieldKind === "message" && options.isSet(field) ? [[[field.name], options.get(field)]] : [],
  );
  return [[[], options], ...members];
}

function memberOf(options: ReflectMessage, name: string): ReflectMessage | undefined {
  const field = options.fields.find((each) => each.name === name);
  if (field?.fieldKind !== "message") return undefined;
  if (!options.isSet(field)) options.set(field, reflect(field.message));
  return options.get(field);
}

function listOf(options: ReflectMessage): UninterpretedOption[] | undefined {
  return (options.message as Message & { uninterpretedOption?: UninterpretedOption[] }).uninterpretedOption;
}

function uninterpreted(path: readonly string[], { wireType, data }: UnknownField): UninterpretedOption {
  const name = path.map((namePart, i) => ({ namePart, isExtension: i === path.length - 1 }));
  const reader = new BinaryReader(data);
  switch (wireType) {
    case WireType.LengthDelimited:
      return create(UninterpretedOptionSchema, { name, stringValue: reader.bytes() });
    case WireType.Varint:
      return create(UninterpretedOptionSchema, { name, positiveIntValue: BigInt(reader.uint64()) });
    default:
      return create(UninterpretedOptionSchema, {
        name,
        aggregateValue: `${wireType} ${Buffer.from(data).toString("hex")}`,
      });
  }
}

function interpreted(no: number, option: UninterpretedOption): UnknownField {
  const fields = UninterpretedOptionSchema.field;
  if (isFieldSet(option, fields.stringValue))
    return { no, wireType: WireType.LengthDelimited, data: new BinaryWriter().bytes(option.stringValue).finish() };
  if (isFieldSet(option, fields.positiveIntValue))
    return { no, wireType: WireType.Varint, data: new BinaryWriter().uint64(option.positiveIntValue).finish() };
  const [wireType, hex = ""] = option.aggregateValue.split(" ");
  return { no, wireType: Number(wireType), data: Buffer.from(hex, "hex") };
}
