import type { AnyDesc, DescFile } from "@bufbuild/protobuf";
import type { SourceCodeInfo_Location } from "@bufbuild/protobuf/wkt";

// Field numbers in descriptor.proto, of which a path in SourceCodeInfo is made.
const FILE_MESSAGE = 4;
const FILE_ENUM = 5;
const FILE_SERVICE = 6;
const FILE_EXTENSION = 7;
const MESSAGE_FIELD = 2;
const MESSAGE_NESTED = 3;
const MESSAGE_ENUM = 4;
const MESSAGE_EXTENSION = 6;
const MESSAGE_ONEOF = 8;
const ENUM_VALUE = 2;
const SERVICE_METHOD = 2;

const indexes = new WeakMap<DescFile, Map<string, SourceCodeInfo_Location>>();
const paths = new WeakMap<AnyDesc, string>();

/** The source locations of a file by their path. Indexed once: a search for each element would be quadratic. */
export function sourceOf(file: DescFile): Map<string, SourceCodeInfo_Location> {
  let index = indexes.get(file);
  if (index === undefined) {
    index = new Map(file.proto.sourceCodeInfo?.location.map((location) => [location.path.join(), location]));
    indexes.set(file, index);
    indexPaths(file);
  }
  return index;
}

/** The path of an element in SourceCodeInfo (descriptor.proto), its numbers joined by commas. */
export function pathInSource(desc: AnyDesc): string {
  return paths.get(desc) ?? "";
}

function indexPaths(file: DescFile): void {
  paths.set(file, "");
  file.enums.forEach((e, i) => indexEnum(e, `${FILE_ENUM},${i}`));
  file.messages.forEach((m, i) => indexMessage(m, `${FILE_MESSAGE},${i}`));
  file.extensions.forEach((e, i) => void paths.set(e, `${FILE_EXTENSION},${i}`));
  file.services.forEach((s, i) => {
    paths.set(s, `${FILE_SERVICE},${i}`);
    s.methods.forEach((m, k) => void paths.set(m, `${FILE_SERVICE},${i},${SERVICE_METHOD},${k}`));
  });
}

function indexMessage(message: Extract<AnyDesc, { kind: "message" }>, path: string): void {
  paths.set(message, path);
  // map entries are nested types too, but not among nestedMessages
  const nested = new Map(message.proto.nestedType.map((proto, i) => [proto, i]));
  const oneofs = new Map(message.proto.oneofDecl.map((proto, i) => [proto, i]));
  message.fields.forEach((f, i) => void paths.set(f, `${path},${MESSAGE_FIELD},${i}`));
  message.oneofs.forEach((o) => void paths.set(o, `${path},${MESSAGE_ONEOF},${oneofs.get(o.proto)}`));
  message.nestedEnums.forEach((e, i) => indexEnum(e, `${path},${MESSAGE_ENUM},${i}`));
  message.nestedExtensions.forEach((e, i) => void paths.set(e, `${path},${MESSAGE_EXTENSION},${i}`));
  message.nestedMessages.forEach((m) => indexMessage(m, `${path},${MESSAGE_NESTED},${nested.get(m.proto)}`));
}

function indexEnum(desc: Extract<AnyDesc, { kind: "enum" }>, path: string): void {
  paths.set(desc, path);
  desc.values.forEach((v, i) => void paths.set(v, `${path},${ENUM_VALUE},${i}`));
}
