import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import type { FeatureSet, FileDescriptorProto } from "@bufbuild/protobuf/wkt";
import {
  Edition,
  FeatureSet_EnumType,
  FeatureSet_FieldPresence,
  FeatureSet_JsonFormat,
  FeatureSet_MessageEncoding,
  FeatureSet_Utf8Validation,
} from "@bufbuild/protobuf/wkt";

/** The resolved features that buf compares, by name. */
export interface Features {
  readonly fieldPresence: string;
  readonly enumType: string;
  readonly utf8Validation: string;
  readonly messageEncoding: string;
  readonly jsonFormat: string;
  /** (pb.cpp).string_type */
  readonly cppStringType: string;
  /** (pb.java).utf8_validation */
  readonly javaUtf8: string;
}

const proto3: Features = {
  fieldPresence: "IMPLICIT",
  enumType: "OPEN",
  utf8Validation: "VERIFY",
  messageEncoding: "LENGTH_PREFIXED",
  jsonFormat: "ALLOW",
  cppStringType: "STRING",
  javaUtf8: "DEFAULT",
};
const edition2023: Features = { ...proto3, fieldPresence: "EXPLICIT" };
const proto2: Features = {
  ...edition2023,
  enumType: "CLOSED",
  utf8Validation: "NONE",
  jsonFormat: "LEGACY_BEST_EFFORT",
};

export function fileFeatures(file: FileDescriptorProto): Features {
  const defaults =
    file.syntax === "proto3"
      ? proto3
      : file.syntax !== "editions"
        ? proto2
        : file.edition >= Edition.EDITION_2024
          ? { ...edition2023, cppStringType: "VIEW" }
          : edition2023;
  return mergeFeatures(defaults, file.options?.features);
}

/** The element's features, with the parent's as defaults. */
export function mergeFeatures(parent: Features, own: FeatureSet | undefined): Features {
  if (own === undefined) return parent;
  return {
    fieldPresence: nameIn(FeatureSet_FieldPresence, own.fieldPresence) ?? parent.fieldPresence,
    enumType: nameIn(FeatureSet_EnumType, own.enumType) ?? parent.enumType,
    utf8Validation: nameIn(FeatureSet_Utf8Validation, own.utf8Validation) ?? parent.utf8Validation,
    messageEncoding: nameIn(FeatureSet_MessageEncoding, own.messageEncoding) ?? parent.messageEncoding,
    jsonFormat: nameIn(FeatureSet_JsonFormat, own.jsonFormat) ?? parent.jsonFormat,
    cppStringType: ["VIEW", "CORD", "STRING"][(languageFeature(own, 1000) ?? 0) - 1] ?? parent.cppStringType,
    javaUtf8: ["DEFAULT", "VERIFY"][(languageFeature(own, 1001) ?? 0) - 1] ?? parent.javaUtf8,
  };
}

function nameIn(names: Record<number, string>, value: number): string | undefined {
  return value === 0 ? undefined : names[value];
}

/** Field 2 of a language's features: the relevant field in both pb.cpp and pb.java. */
function languageFeature(features: FeatureSet, extension: number): number | undefined {
  let value: number | undefined;
  for (const { no, data } of features.$unknown ?? []) {
    if (no !== extension) continue;
    const reader = new BinaryReader(new BinaryReader(data).bytes());
    while (reader.pos < reader.len) {
      const [number, wire] = reader.tag();
      if (number === 2 && wire === WireType.Varint) value = reader.int32();
      else reader.skip(wire, number);
    }
  }
  return value;
}
