import {
  FieldOptions_CType as CType,
  Edition,
  FieldDescriptorProto_Type as FieldType,
  FieldOptions_JSType as JsType,
  FieldDescriptorProto_Label as Label,
} from "@bufbuild/protobuf/wkt";
import { type BufRule, quote, type Report } from "../annotation.js";
import { defaultOf, isZeroDefault, sameDefault } from "../default.js";
import { fieldDescription } from "../description.js";
import { hasOneof, kindOf, located, type Place, part, type Source, type SourceField } from "../source.js";

// Numbers of descriptor.proto, of which paths are made.
const FIELD = { name: 1, type: 5, typeName: 6, default: 7, options: 8, jsonName: 10 };
const OPTION = { ctype: 1, jstype: 6, features: 21 };
const UTF8_VALIDATION = 4;

export const fieldRules: readonly BufRule[] = [
  {
    id: "FIELD_SAME_NAME",
    on: "field",
    check(report, next, previous) {
      const [before, after] = [previous, next].map((field) =>
        field.parent === undefined ? field.fullName : field.proto.name,
      );
      if (before === after) return;
      const text = `${fieldDescription(next, false)} changed name from ${quote(before!)} to ${quote(after!)}.`;
      report(text, at(next, FIELD.name), previous);
    },
  },
  {
    id: "FIELD_SAME_JSON_NAME",
    on: "field",
    check(report, next, previous) {
      const [before, after] = [previous.proto.jsonName, next.proto.jsonName];
      if (previous.parent === undefined || before === after) return;
      const text = `${fieldDescription(next)} changed option "json_name" from ${quote(before)} to ${quote(after)}.`;
      report(text, at(next, FIELD.jsonName, "or itself"), previous);
    },
  },
  cardinality("FIELD_SAME_CARDINALITY", (each) => each),
  cardinality("FIELD_WIRE_COMPATIBLE_CARDINALITY", (each) => wireCardinality[each]),
  cardinality("FIELD_WIRE_JSON_COMPATIBLE_CARDINALITY", (each) => (each === "map" ? each : wireCardinality[each])),
  {
    id: "FIELD_SAME_TYPE",
    on: "field",
    check(report, next, previous) {
      if (kindOf(previous) !== kindOf(next)) changedKind(report, next, previous);
      else if (isNamed(next) && previous.proto.typeName !== next.proto.typeName)
        changedTypeName(report, next, previous);
    },
  },
  {
    id: "FIELD_WIRE_COMPATIBLE_TYPE",
    on: "field",
    check(report, next, previous, sources) {
      const [before, after] = [kindOf(previous), kindOf(next)];
      if (wireGroup[before] === wireGroup[after]) return checkTypeNames(report, next, previous, sources);
      if (before === "string" && after === "bytes") return;
      const note = before === "bytes" && after === "string" ? ` ${utf8Note}` : "";
      changedKind(report, next, previous, ` ${wireLink}${note}`);
    },
  },
  {
    id: "FIELD_WIRE_JSON_COMPATIBLE_TYPE",
    on: "field",
    check(report, next, previous, sources) {
      const [before, after] = [kindOf(previous), kindOf(next)];
      if (wireJsonGroup[before] === wireJsonGroup[after]) return checkTypeNames(report, next, previous, sources);
      changedKind(report, next, previous, ` ${wireJsonLink}`);
    },
  },
  {
    id: "FIELD_SAME_DEFAULT",
    on: "field",
    check(report, next, previous, sources) {
      if (!canHaveDefault(previous) || !canHaveDefault(next)) return;
      const [before, after] = [defaultOf(previous, sources.previous), defaultOf(next, sources.next)];
      if ((isZeroDefault(before) && isZeroDefault(after)) || sameDefault(before, after)) return;
      const text = `${fieldDescription(next)} changed default value from ${before.shown} to ${after.shown}.`;
      report(text, at(next, FIELD.default, "or itself"), previous);
    },
  },
  {
    id: "FIELD_SAME_JSTYPE",
    on: "field",
    check(report, next, previous) {
      if (!is64Bit(previous) || !is64Bit(next)) return;
      const [before, after] = [previous, next].map(({ proto }) => JsType[proto.options?.jstype ?? 0]!);
      if (before === after) return;
      const text = `${fieldDescription(next)} changed option "jstype" from ${quote(`JS_${before!.replace("JS_", "")}`)} to ${quote(`JS_${after!.replace("JS_", "")}`)}.`;
      report(text, located(part(next, FIELD.options, OPTION.jstype), next) ?? next.file, previous);
    },
  },
  {
    id: "FIELD_SAME_UTF8_VALIDATION",
    on: "field",
    check(report, next, previous) {
      if (kindOf(previous) !== "string" || kindOf(next) !== "string") return;
      const [before, after] = [previous.features.utf8Validation, next.features.utf8Validation];
      if (before === after) return;
      const text = `${fieldDescription(next)} changed UTF8 validation from ${before} to ${after}.`;
      report(text, located(part(next, FIELD.options, OPTION.features, UTF8_VALIDATION), next) ?? next.file, previous);
    },
  },
  {
    id: "FIELD_SAME_JAVA_UTF8_VALIDATION",
    on: "field",
    check(report, next, previous) {
      if (kindOf(previous) !== "string" || kindOf(next) !== "string") return;
      const [before, after] = [javaUtf8(previous), javaUtf8(next)];
      if (before === after) return;
      const text = `${fieldDescription(next)} changed Java string UTF8 validation from ${quote(before)} to ${quote(after)}.`;
      const option: Place = { file: next.file, path: [8, 27] };
      report(text, located(option, part(next, FIELD.options, OPTION.features, 1001, 2), next) ?? next.file, previous);
    },
  },
  {
    id: "FIELD_SAME_CPP_STRING_TYPE",
    on: "field",
    check(report, next, previous) {
      if (!isText(previous) || !isText(next) || (previous.inMapEntry && next.inMapEntry)) return;
      const [before, after] = [cppStringType(previous), cppStringType(next)];
      if (before === after || (before === "STRING_PIECE" && after === "STRING")) return;
      const text = `${fieldDescription(next)} changed C++ string type from ${quote(before)} to ${quote(after)}.`;
      const places = [
        part(next, FIELD.options, OPTION.ctype),
        part(next, FIELD.options, OPTION.features, 1000, 2),
        next,
      ];
      report(text, located(...places) ?? next.file, previous);
    },
  },
  {
    id: "FIELD_SAME_ONEOF",
    on: "field",
    check(report, next, previous) {
      if (previous.parent === undefined) return;
      const [before, after] = [oneofOf(previous), oneofOf(next)];
      if (before === after) return;
      // The q is a slip in buf's format string; whoever compares lines expects it.
      const move =
        before !== undefined && after !== undefined
          ? `q moved from oneof ${quote(before)} to oneof ${quote(after)}`
          : ` moved from ${before ? "inside" : "outside"} to ${after ? "inside" : "outside"} a oneof`;
      report(`${fieldDescription(next)}${move}.`, located(next) ?? next.file, previous);
    },
  },
];

function at(field: SourceField, number: number, orItself?: "or itself"): Place | SourceField["file"] {
  const places = [part(field, number), ...(orItself ? [field] : [])];
  return located(...places) ?? field.file;
}

type Cardinality = keyof typeof wireCardinality;
const wireCardinality = {
  "optional with explicit presence": 1,
  "optional with implicit presence": 1,
  required: 2,
  repeated: 3,
  map: 3,
};

function cardinality(id: string, groupOf: (cardinality: Cardinality) => string | number): BufRule {
  return {
    id,
    on: "field",
    check(report, next, previous) {
      if (previous.inMapEntry && next.inMapEntry) return;
      const [before, after] = [cardinalityOf(previous), cardinalityOf(next)];
      if (groupOf(before) === groupOf(after)) return;
      const text = `${fieldDescription(next)} changed cardinality from ${quote(before)} to ${quote(after)}.`;
      report(text, located(next) ?? next.file, previous);
    },
  };
}

function cardinalityOf(field: SourceField): Cardinality {
  const { label } = field.proto;
  if (field.isMap) return "map";
  if (label === Label.REPEATED) return "repeated";
  if (label === Label.REQUIRED || field.features.fieldPresence === "LEGACY_REQUIRED") return "required";
  const explicit =
    hasOneof(field.proto) ||
    field.parent === undefined ||
    field.proto.proto3Optional ||
    kindOf(field) === "message" ||
    kindOf(field) === "group" ||
    field.features.fieldPresence === "EXPLICIT";
  return explicit ? "optional with explicit presence" : "optional with implicit presence";
}

const wireLink =
  "See https://developers.google.com/protocol-buffers/docs/proto3#updating for wire compatibility rules.";
const wireJsonLink =
  "See https://developers.google.com/protocol-buffers/docs/proto3#updating for wire compatibility rules and https://developers.google.com/protocol-buffers/docs/proto3#json for JSON compatibility rules.";
const utf8Note =
  "Note that while string and bytes are compatible if the data is valid UTF-8, there is no way to enforce that a bytes field is UTF-8, so these fields may be incompatible.";

/** Kinds of one group are compatible. */
const wireGroup = groups("int32 int64 uint32 uint64 bool|sint32 sint64|fixed32 sfixed32|fixed64 sfixed64");
const wireJsonGroup = groups("int32 uint32|int64 uint64|fixed32 sfixed32|fixed64 sfixed64");

function groups(text: string): Record<string, string> {
  const alone =
    "double float int64 uint64 int32 fixed64 fixed32 bool string group message bytes uint32 enum sfixed32 sfixed64 sint32 sint64";
  const own = Object.fromEntries(alone.split(" ").map((kind) => [kind, kind]));
  const shared = text.split("|").flatMap((group) => group.split(" ").map((kind) => [kind, group]));
  return { ...own, ...Object.fromEntries(shared) };
}

function changedKind(report: Report, next: SourceField, previous: SourceField, extra = ""): void {
  const text = `${fieldDescription(next)} changed type from ${quote(kindName(previous))} to ${quote(kindName(next))}.${extra}`;
  report(text, at(next, isNamed(next) ? FIELD.typeName : FIELD.type), previous);
}

function kindName(field: SourceField): string {
  const kind = kindOf(field);
  return kind === "group" && field.file.proto.syntax === "editions" ? "message (delimited encoding)" : kind;
}

function isNamed(field: SourceField): boolean {
  return ["message", "group", "enum"].includes(kindOf(field));
}

function changedTypeName(report: Report, next: SourceField, previous: SourceField): void {
  const [before, after] = [previous.proto.typeName.slice(1), next.proto.typeName.slice(1)];
  report(
    `${fieldDescription(next)} changed type from ${quote(before)} to ${quote(after)}.`,
    at(next, FIELD.typeName),
    previous,
  );
}

/** Of enums with one short name, the new one may have more values. */
function checkTypeNames(
  report: Report,
  next: SourceField,
  previous: SourceField,
  sources: { next: Source; previous: Source },
): void {
  if (!isNamed(next) || previous.proto.typeName === next.proto.typeName) return;
  if (kindOf(next) === "enum") {
    const before = sources.previous.enums.get(previous.proto.typeName.slice(1));
    const after = sources.next.enums.get(next.proto.typeName.slice(1));
    const names = new Map(after?.proto.value.map(({ name, number }) => [name, number]));
    const isSubset = before?.proto.value.every(({ name, number }) => names.get(name) === number) ?? false;
    if (before?.proto.name === after?.proto.name && isSubset) return;
  }
  changedTypeName(report, next, previous);
}

function canHaveDefault(field: SourceField): boolean {
  const kind = kindOf(field);
  return field.proto.label !== Label.REPEATED && kind !== "message" && kind !== "group";
}

function is64Bit({ proto: { type } }: SourceField): boolean {
  return [FieldType.INT64, FieldType.UINT64, FieldType.SINT64, FieldType.FIXED64, FieldType.SFIXED64].includes(type);
}

function isText(field: SourceField): boolean {
  return kindOf(field) === "string" || kindOf(field) === "bytes";
}

function javaUtf8(field: SourceField): string {
  const { proto } = field.file;
  const option = proto.options !== undefined && Object.hasOwn(proto.options, "javaStringCheckUtf8");
  const checks =
    proto.syntax !== "editions" || option
      ? (proto.options?.javaStringCheckUtf8 ?? false)
      : field.features.javaUtf8 === "VERIFY";
  return checks ? "VERIFY" : field.features.utf8Validation;
}

function cppStringType(field: SourceField): string {
  const { options } = field.proto;
  const edition = field.file.proto.syntax === "editions" ? field.file.proto.edition : Edition.EDITION_PROTO2;
  const hasCtype = options !== undefined && Object.hasOwn(options, "ctype");
  return edition < Edition.EDITION_2024 && hasCtype ? CType[options.ctype]! : field.features.cppStringType;
}

function oneofOf(field: SourceField): string | undefined {
  if (!hasOneof(field.proto) || field.proto.proto3Optional) return undefined;
  return field.parent?.proto.oneofDecl[field.proto.oneofIndex]?.name;
}
