import type { AnyDesc, DescFile } from "@bufbuild/protobuf";

// Field numbers in descriptor.proto. They form the paths in SourceCodeInfo.
export const FILE_MESSAGE = 4;
export const FILE_ENUM = 5;
export const FILE_SERVICE = 6;
export const FILE_EXTENSION = 7;
export const MESSAGE_FIELD = 2;
export const MESSAGE_NESTED = 3;
export const MESSAGE_ENUM = 4;
export const MESSAGE_EXTENSION = 6;
export const MESSAGE_ONEOF = 8;
export const ENUM_VALUE = 2;
export const SERVICE_METHOD = 2;

const paths = new WeakMap<DescFile, Map<AnyDesc, string>>();

/** The path of an element in SourceCodeInfo (descriptor.proto), its numbers joined by commas. */
export function pathInSource(desc: AnyDesc): string {
  const file = fileOf(desc);
  let index = paths.get(file);
  if (index === undefined) {
    index = new Map();
    indexPaths(index, file);
    paths.set(file, index);
  }
  return index.get(desc) ?? "";
}

/** The file in which an element is declared. */
export function fileOf(desc: AnyDesc): DescFile {
  switch (desc.kind) {
    case "file":
      return desc;
    case "field":
    case "oneof":
    case "enum_value":
    case "rpc":
      return desc.parent.file;
    default:
      return desc.file;
  }
}

type Paths = Map<AnyDesc, string>;

function indexPaths(paths: Paths, file: DescFile): void {
  file.enums.forEach((e, i) => void indexEnum(paths, e, `${FILE_ENUM},${i}`));
  file.messages.forEach((m, i) => void indexMessage(paths, m, `${FILE_MESSAGE},${i}`));
  file.extensions.forEach((e, i) => void paths.set(e, `${FILE_EXTENSION},${i}`));
  file.services.forEach((s, i) => {
    paths.set(s, `${FILE_SERVICE},${i}`);
    s.methods.forEach((m, k) => void paths.set(m, `${FILE_SERVICE},${i},${SERVICE_METHOD},${k}`));
  });
}

function indexMessage(paths: Paths, message: Extract<AnyDesc, { kind: "message" }>, path: string): void {
  paths.set(message, path);
  // map entries are nested types too, but not among nestedMessages
  const nested = new Map(message.proto.nestedType.map((proto, i) => [proto, i]));
  const oneofs = new Map(message.proto.oneofDecl.map((proto, i) => [proto, i]));
  message.fields.forEach((f, i) => void paths.set(f, `${path},${MESSAGE_FIELD},${i}`));
  message.oneofs.forEach((o) => void paths.set(o, `${path},${MESSAGE_ONEOF},${oneofs.get(o.proto)}`));
  message.nestedEnums.forEach((e, i) => void indexEnum(paths, e, `${path},${MESSAGE_ENUM},${i}`));
  message.nestedExtensions.forEach((e, i) => void paths.set(e, `${path},${MESSAGE_EXTENSION},${i}`));
  message.nestedMessages.forEach(
    (m) => void indexMessage(paths, m, `${path},${MESSAGE_NESTED},${nested.get(m.proto)}`),
  );
}

function indexEnum(paths: Paths, desc: Extract<AnyDesc, { kind: "enum" }>, path: string): void {
  paths.set(desc, path);
  desc.values.forEach((v, i) => void paths.set(v, `${path},${ENUM_VALUE},${i}`));
}
