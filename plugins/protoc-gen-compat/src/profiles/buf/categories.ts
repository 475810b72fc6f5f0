import { own } from "@protoloom/plugin-kit";

export type ConfigVersion = "v1beta1" | "v1" | "v2";

/** The categories of each rule in v2, as `buf config ls-breaking-rules` lists them. Rules with equal categories share a line. */
const v2 = `
FILE: EXTENSION_NO_DELETE SERVICE_NO_DELETE
FILE CSR: ENUM_NO_DELETE FILE_NO_DELETE MESSAGE_NO_DELETE
FILE PACKAGE: ENUM_SAME_TYPE FIELD_SAME_CARDINALITY FIELD_SAME_CPP_STRING_TYPE FIELD_SAME_JAVA_UTF8_VALIDATION FIELD_SAME_JSTYPE FIELD_SAME_UTF8_VALIDATION FILE_SAME_CC_ENABLE_ARENAS FILE_SAME_CC_GENERIC_SERVICES FILE_SAME_CSHARP_NAMESPACE FILE_SAME_GO_PACKAGE FILE_SAME_JAVA_GENERIC_SERVICES FILE_SAME_JAVA_MULTIPLE_FILES FILE_SAME_JAVA_OUTER_CLASSNAME FILE_SAME_JAVA_PACKAGE FILE_SAME_OBJC_CLASS_PREFIX FILE_SAME_OPTIMIZE_FOR FILE_SAME_PHP_CLASS_PREFIX FILE_SAME_PHP_METADATA_NAMESPACE FILE_SAME_PHP_NAMESPACE FILE_SAME_PY_GENERIC_SERVICES FILE_SAME_RUBY_PACKAGE FILE_SAME_SWIFT_PREFIX RPC_NO_DELETE
FILE PACKAGE CSR: ENUM_VALUE_NO_DELETE EXTENSION_MESSAGE_NO_DELETE FIELD_NO_DELETE FIELD_SAME_TYPE FILE_SAME_SYNTAX MESSAGE_NO_REMOVE_STANDARD_DESCRIPTOR_ACCESSOR ONEOF_NO_DELETE
FILE PACKAGE WIRE_JSON CSR: ENUM_SAME_JSON_FORMAT ENUM_VALUE_SAME_NAME FIELD_SAME_JSON_NAME FIELD_SAME_NAME MESSAGE_SAME_JSON_FORMAT
FILE PACKAGE WIRE_JSON WIRE CSR: FIELD_SAME_DEFAULT FIELD_SAME_ONEOF FILE_SAME_PACKAGE MESSAGE_SAME_REQUIRED_FIELDS RESERVED_ENUM_NO_DELETE RESERVED_MESSAGE_NO_DELETE RPC_SAME_CLIENT_STREAMING RPC_SAME_IDEMPOTENCY_LEVEL RPC_SAME_REQUEST_TYPE RPC_SAME_RESPONSE_TYPE RPC_SAME_SERVER_STREAMING
PACKAGE: PACKAGE_ENUM_NO_DELETE PACKAGE_EXTENSION_NO_DELETE PACKAGE_MESSAGE_NO_DELETE PACKAGE_NO_DELETE PACKAGE_SERVICE_NO_DELETE
WIRE_JSON CSR: ENUM_VALUE_NO_DELETE_UNLESS_NAME_RESERVED FIELD_NO_DELETE_UNLESS_NAME_RESERVED FIELD_WIRE_JSON_COMPATIBLE_CARDINALITY FIELD_WIRE_JSON_COMPATIBLE_TYPE
WIRE_JSON WIRE CSR: ENUM_VALUE_NO_DELETE_UNLESS_NUMBER_RESERVED FIELD_NO_DELETE_UNLESS_NUMBER_RESERVED
WIRE: FIELD_WIRE_COMPATIBLE_CARDINALITY FIELD_WIRE_COMPATIBLE_TYPE
`;

/** Rules that a version lacks, and rules whose categories differ from v2. Only v2 has CSR. */
const older: Record<Exclude<ConfigVersion, "v2">, { without: readonly string[]; other: Record<string, string> }> = {
  v1: { without: ["EXTENSION_NO_DELETE", "PACKAGE_EXTENSION_NO_DELETE", "FIELD_SAME_DEFAULT"], other: {} },
  v1beta1: {
    without: [
      "EXTENSION_NO_DELETE",
      "PACKAGE_EXTENSION_NO_DELETE",
      "FIELD_SAME_DEFAULT",
      "FIELD_WIRE_JSON_COMPATIBLE_TYPE",
      "FIELD_WIRE_COMPATIBLE_TYPE",
    ],
    other: {
      FIELD_SAME_CARDINALITY: "FILE PACKAGE WIRE_JSON WIRE",
      FIELD_SAME_TYPE: "FILE PACKAGE WIRE_JSON WIRE",
      FILE_SAME_PACKAGE: "FILE",
    },
  },
};

/** Names that configurations older than v2 may still use. */
const replaced: Record<string, readonly string[]> = {
  FIELD_SAME_CTYPE: ["FIELD_SAME_CPP_STRING_TYPE"],
  FIELD_SAME_LABEL: [
    "FIELD_SAME_CARDINALITY",
    "FIELD_WIRE_COMPATIBLE_CARDINALITY",
    "FIELD_WIRE_JSON_COMPATIBLE_CARDINALITY",
  ],
  FILE_SAME_JAVA_STRING_CHECK_UTF8: ["FIELD_SAME_JAVA_UTF8_VALIDATION"],
  FILE_SAME_PHP_GENERIC_SERVICES: [],
};

/** The categories of each rule of a version. */
export function categoriesOf(version: ConfigVersion): Map<string, readonly string[]> {
  const all = new Map<string, readonly string[]>();
  for (const line of v2.trim().split("\n")) {
    const [names, ids] = line.split(":") as [string, string];
    for (const id of ids.trim().split(" ")) all.set(id, names.split(" "));
  }
  if (version === "v2") return all.set("MESSAGE_SAME_MESSAGE_SET_WIRE_FORMAT", []);
  const { without, other } = older[version];
  for (const id of without) all.delete(id);
  for (const [id, names] of Object.entries(other)) all.set(id, names.split(" "));
  for (const [id, names] of all)
    all.set(
      id,
      names.filter((name) => name !== "CSR"),
    );
  return all.set("MESSAGE_SAME_MESSAGE_SET_WIRE_FORMAT", []);
}

/** The rules of an id or a category. Undefined if there is no such id or category. */
export function rulesFor(
  idOrCategory: string,
  categories: ReadonlyMap<string, readonly string[]>,
): readonly string[] | undefined {
  if (categories.has(idOrCategory)) return [idOrCategory];
  const replacements = own(replaced, idOrCategory);
  if (replacements !== undefined) return replacements.filter((id) => categories.has(id));
  const ids = [...categories].filter(([, names]) => names.includes(idOrCategory)).map(([id]) => id);
  return ids.length === 0 ? undefined : ids;
}
