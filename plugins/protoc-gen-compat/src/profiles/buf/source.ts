import type {
  DescriptorProto,
  EnumDescriptorProto,
  EnumValueDescriptorProto,
  FieldDescriptorProto,
  FileDescriptorProto,
  MethodDescriptorProto,
  ServiceDescriptorProto,
} from "@bufbuild/protobuf/wkt";
import { FieldDescriptorProto_Type as FieldType } from "@bufbuild/protobuf/wkt";
import type { Image } from "../../baseline/image.js";
import { type Features, fileFeatures, mergeFeatures } from "./features.js";

// Like buf, this model compares plain descriptors, in which map entries are messages.

export interface Source {
  readonly files: ReadonlyMap<string, SourceFile>;
  readonly messages: ReadonlyMap<string, SourceMessage>;
  readonly enums: ReadonlyMap<string, SourceEnum>;
  readonly services: ReadonlyMap<string, SourceService>;
  /** By the full name of the extended message and the number. */
  readonly extensions: ReadonlyMap<string, SourceField>;
  readonly packages: ReadonlyMap<string, readonly SourceFile[]>;
}

export interface SourceFile {
  readonly path: string;
  readonly proto: FileDescriptorProto;
  readonly unspecifiedSyntax: boolean;
  readonly features: Features;
  /** By the name without the package. */
  readonly messages: Map<string, SourceMessage>;
  readonly enums: Map<string, SourceEnum>;
  readonly services: Map<string, SourceService>;
  readonly extensions: Map<string, SourceField>;
  readonly image: Image;
}

/** Where something is declared: a file and a path in SourceCodeInfo. */
export interface Place {
  readonly file: SourceFile;
  readonly path: readonly number[];
}

interface Element<P> extends Place {
  /** The type of the map field of a synthetic entry and its fields, which source info does not contain. */
  readonly mapField?: Place | undefined;
  readonly proto: P;
  readonly fullName: string;
  readonly nestedName: string;
  readonly features: Features;
}

export interface SourceMessage extends Element<DescriptorProto> {
  readonly fields: ReadonlyMap<number, SourceField>;
}
export interface SourceEnum extends Element<EnumDescriptorProto> {
  readonly values: ReadonlyMap<number, ReadonlyMap<string, SourceValue>>;
}
export interface SourceField extends Element<FieldDescriptorProto> {
  /** Undefined for an extension. */
  readonly parent: SourceMessage | undefined;
  readonly isMap: boolean;
  /** Whether its message is a map entry. */
  readonly inMapEntry: boolean;
}
export interface SourceValue extends Place {
  readonly proto: EnumValueDescriptorProto;
}
export interface SourceService extends Element<ServiceDescriptorProto> {
  readonly methods: ReadonlyMap<string, SourceMethod>;
}
export interface SourceMethod extends Place {
  readonly proto: MethodDescriptorProto;
  readonly service: SourceService;
}

export function createSource(image: Image): Source {
  const files = new Map<string, SourceFile>();
  const source = {
    files,
    messages: new Map<string, SourceMessage>(),
    enums: new Map<string, SourceEnum>(),
    services: new Map<string, SourceService>(),
    extensions: new Map<string, SourceField>(),
    packages: new Map<string, SourceFile[]>(),
  };
  for (const { proto, unspecifiedSyntax } of image.files) {
    const file = createFile(proto, unspecifiedSyntax, image);
    files.set(file.path, file);
    for (const each of file.messages.values()) source.messages.set(each.fullName, each);
    for (const each of file.enums.values()) source.enums.set(each.fullName, each);
    for (const each of file.services.values()) source.services.set(each.fullName, each);
    for (const each of file.extensions.values()) {
      source.extensions.set(`${each.proto.extendee} ${each.proto.number}`, each);
    }
    source.packages.set(proto.package, [...(source.packages.get(proto.package) ?? []), file]);
  }
  return source;
}

function createFile(proto: FileDescriptorProto, unspecifiedSyntax: boolean, image: Image): SourceFile {
  const file: SourceFile = {
    path: proto.name,
    proto,
    unspecifiedSyntax,
    features: fileFeatures(proto),
    messages: new Map(),
    enums: new Map(),
    services: new Map(),
    extensions: new Map(),
    image,
  };
  proto.messageType.forEach((each, i) => void addMessage(file, each, [4, i], "", file.features));
  proto.enumType.forEach((each, i) => void addEnum(file, each, [5, i], "", file.features));
  proto.service.forEach((each, i) => void addService(file, each, [6, i]));
  proto.extension.forEach((each, i) => void addExtension(file, each, [7, i], "", file.features));
  return file;
}

function addMessage(
  file: SourceFile,
  proto: DescriptorProto,
  path: number[],
  prefix: string,
  inherited: Features,
  mapField?: Place,
): void {
  const features = mergeFeatures(inherited, proto.options?.features);
  const element = { ...elementOf(file, proto, path, prefix, features), mapField };
  const fields = new Map<number, SourceField>();
  const message: SourceMessage = { ...element, fields };
  file.messages.set(element.nestedName, message);
  const entries = new Set(
    proto.nestedType.filter(({ options }) => options?.mapEntry).map(({ name }) => `.${element.fullName}.${name}`),
  );
  proto.field.forEach((field, i) => {
    const oneof = field.oneofIndex === undefined || !hasOneof(field) ? undefined : proto.oneofDecl[field.oneofIndex];
    const own = mergeFeatures(mergeFeatures(features, oneof?.options?.features), field.options?.features);
    fields.set(field.number, {
      ...elementOf(file, field, [...path, 2, i], element.nestedName, own),
      mapField,
      parent: message,
      isMap: entries.has(field.typeName),
      inMapEntry: proto.options?.mapEntry ?? false,
    });
  });
  proto.nestedType.forEach((each, i) => {
    const map = proto.field.findIndex(({ typeName }) => typeName === `.${element.fullName}.${each.name}`);
    const field = each.options?.mapEntry && map >= 0 ? { file, path: [...path, 2, map, 6] } : undefined;
    addMessage(file, each, [...path, 3, i], element.nestedName, features, field);
  });
  proto.enumType.forEach((each, i) => void addEnum(file, each, [...path, 4, i], element.nestedName, features));
  proto.extension.forEach((each, i) => void addExtension(file, each, [...path, 6, i], element.nestedName, features));
}

/** oneof_index has explicit presence: 0 is the first oneof, and unset means no oneof. */
export function hasOneof(field: FieldDescriptorProto): boolean {
  return Object.hasOwn(field, "oneofIndex");
}

function addEnum(
  file: SourceFile,
  proto: EnumDescriptorProto,
  path: number[],
  prefix: string,
  inherited: Features,
): void {
  const values = new Map<number, Map<string, SourceValue>>();
  proto.value.forEach((value, i) => {
    const names = values.get(value.number) ?? new Map<string, SourceValue>();
    values.set(value.number, names.set(value.name, { file, path: [...path, 2, i], proto: value }));
  });
  const element = elementOf(file, proto, path, prefix, mergeFeatures(inherited, proto.options?.features));
  file.enums.set(element.nestedName, { ...element, values });
}

function addService(file: SourceFile, proto: ServiceDescriptorProto, path: number[]): void {
  const methods = new Map<string, SourceMethod>();
  const service: SourceService = { ...elementOf(file, proto, path, "", file.features), methods };
  proto.method.forEach(
    (method, i) => void methods.set(method.name, { file, path: [...path, 2, i], proto: method, service }),
  );
  file.services.set(proto.name, service);
}

function addExtension(
  file: SourceFile,
  proto: FieldDescriptorProto,
  path: number[],
  prefix: string,
  inherited: Features,
): void {
  const element = elementOf(file, proto, path, prefix, mergeFeatures(inherited, proto.options?.features));
  file.extensions.set(element.nestedName, { ...element, parent: undefined, isMap: false, inMapEntry: false });
}

function elementOf<P extends { name: string }>(
  file: SourceFile,
  proto: P,
  path: number[],
  prefix: string,
  features: Features,
): Element<P> {
  const nestedName = prefix === "" ? proto.name : `${prefix}.${proto.name}`;
  const { package: pkg } = file.proto;
  return { file, proto, path, nestedName, fullName: pkg === "" ? nestedName : `${pkg}.${nestedName}`, features };
}

/** The first place that source info contains. Undefined if it contains none. */
export function located(...places: readonly (Place | undefined)[]): Place | undefined {
  return places.flatMap((place) => [place, mapFieldOf(place)]).find((place) => place !== undefined && isKnown(place));
}

function isKnown(place: Place): boolean {
  return place.file.image.locations(place.file.path).has(place.path.join());
}

function mapFieldOf(place: Place | undefined): Place | undefined {
  return place !== undefined && "mapField" in place ? (place.mapField as Place | undefined) : undefined;
}

/** A part of an element: its name, its type, one of its options. */
export function part(place: Place, ...path: readonly number[]): Place {
  const mapField = mapFieldOf(place);
  return { file: place.file, path: [...place.path, ...path], ...(mapField === undefined ? {} : { mapField }) };
}

/** The kind as protoreflect names it. A group is a delimited message, in any syntax. */
export function kindOf(field: SourceField): string {
  const { type } = field.proto;
  if (type === FieldType.GROUP) return "group";
  if (type === FieldType.MESSAGE && !field.isMap && !field.inMapEntry && field.features.messageEncoding === "DELIMITED")
    return "group";
  return FieldType[type].toLowerCase();
}
