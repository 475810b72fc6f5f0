import { FieldDescriptorProto_Label as Label } from "@bufbuild/protobuf/wkt";
import { type BufRule, quote } from "../annotation.js";
import { fieldDescription } from "../description.js";
import { checkRanges } from "../ranges.js";
import { hasOneof, located, part, type SourceMessage } from "../source.js";

const required =
  "Required fields must always be sent, so if one side does not know about the required field, this will result in a breakage.";

const MESSAGE_OPTIONS = 7;
const NO_STANDARD_DESCRIPTOR_ACCESSOR = 2;

export const messageRules: readonly BufRule[] = [
  fieldNoDelete("FIELD_NO_DELETE", () => undefined),
  fieldNoDelete("FIELD_NO_DELETE_UNLESS_NAME_RESERVED", ({ proto }, { name }) =>
    proto.reservedName.includes(name) ? "reserved" : ` without reserving the name ${quote(name)}`,
  ),
  fieldNoDelete("FIELD_NO_DELETE_UNLESS_NUMBER_RESERVED", ({ proto }, { number }) =>
    proto.reservedRange.some(({ start, end }) => number >= start && number < end)
      ? "reserved"
      : ` without reserving the number "${number}"`,
  ),
  {
    id: "EXTENSION_MESSAGE_NO_DELETE",
    on: "message",
    check(report, next, previous) {
      const max = next.proto.options?.messageSetWireFormat ? 2147483646 : 536870911;
      const ranges = (message: SourceMessage) =>
        message.proto.extensionRange.map(({ start, end }) => ({ start, end: end - 1 }));
      checkRanges("extension", "message", max, ranges(previous), ranges(next), next, (text) =>
        report(text, located(next) ?? next.file, previous),
      );
    },
  },
  {
    id: "RESERVED_MESSAGE_NO_DELETE",
    on: "message",
    check(report, next, previous) {
      const place = located(next) ?? next.file;
      const ranges = (message: SourceMessage) =>
        message.proto.reservedRange.map(({ start, end }) => ({ start, end: end - 1 }));
      checkRanges("reserved", "message", 536870911, ranges(previous), ranges(next), next, (text) =>
        report(text, place, previous),
      );
      const names = new Set(next.proto.reservedName);
      for (const name of previous.proto.reservedName.filter((each) => !names.has(each))) {
        report(
          `Previously present reserved name ${quote(name)} on message ${quote(next.proto.name)} was deleted.`,
          place,
          previous,
        );
      }
    },
  },
  {
    id: "MESSAGE_NO_REMOVE_STANDARD_DESCRIPTOR_ACCESSOR",
    on: "message",
    check(report, next, previous) {
      const [before, after] = [previous, next].map(({ proto }) => proto.options?.noStandardDescriptorAccessor ?? false);
      if (before || !after) return;
      const message = 'Message option "no_standard_descriptor_accessor" changed from "false" to "true".';
      report(message, located(part(next, MESSAGE_OPTIONS, NO_STANDARD_DESCRIPTOR_ACCESSOR)) ?? next.file, previous);
    },
  },
  {
    id: "MESSAGE_SAME_JSON_FORMAT",
    on: "message",
    check(report, next, previous) {
      const [before, after] = [previous.features.jsonFormat, next.features.jsonFormat];
      if (before !== "ALLOW" || after === "ALLOW") return;
      const text = `Message ${quote(next.proto.name)} JSON format support changed from ${before} to ${after}.`;
      report(text, located(part(next, MESSAGE_OPTIONS, 12, 6), next) ?? next.file, previous);
    },
  },
  {
    id: "ONEOF_NO_DELETE",
    on: "message",
    check(report, next, previous) {
      const names = new Set(next.proto.oneofDecl.map(({ name }) => name));
      previous.proto.oneofDecl.forEach(({ name }, i) => {
        const members = previous.proto.field.filter((field) => hasOneof(field) && field.oneofIndex === i);
        const synthetic = members.length === 1 && members[0]!.proto3Optional;
        if (synthetic || names.has(name)) return;
        const text = `Previously present oneof ${quote(name)} on message ${quote(next.proto.name)} was deleted.`;
        report(text, located(next) ?? next.file, previous);
      });
    },
  },
  {
    id: "MESSAGE_SAME_REQUIRED_FIELDS",
    on: "message",
    check(report, next, previous) {
      const requiredOf = (message: SourceMessage) =>
        [...message.fields.values()]
          .filter(({ proto }) => proto.label === Label.REQUIRED)
          .map(({ proto }) => proto.number);
      const [before, after] = [requiredOf(previous), requiredOf(next)];
      for (const number of before.filter((each) => !after.includes(each))) {
        report(
          `Message ${quote(previous.proto.name)} had required field "${number}" deleted. ${required}`,
          located(next) ?? next.file,
          previous,
        );
      }
      for (const number of after.filter((each) => !before.includes(each))) {
        const text = `Message ${quote(next.proto.name)} had required field "${number}" added. ${required}`;
        report(text, located(next.fields.get(number)) ?? next.file, undefined);
      }
    },
  },
  {
    id: "MESSAGE_SAME_MESSAGE_SET_WIRE_FORMAT",
    on: "message",
    check() {}, // Deprecated: it reports nothing any more.
  },
];

function fieldNoDelete(
  id: string,
  suffixOf: (next: SourceMessage, field: { name: string; number: number }) => string | undefined,
): BufRule {
  return {
    id,
    on: "message",
    check(report, next, previous) {
      for (const [number, field] of previous.fields) {
        if (next.fields.has(number)) continue;
        const suffix = suffixOf(next, field.proto);
        if (suffix === "reserved") continue;
        const description = fieldDescription(field);
        const text = `Previously present ${description[0]!.toLowerCase()}${description.slice(1)} was deleted${suffix ?? ""}.`;
        report(text, located(next) ?? next.file, previous);
      }
    },
  };
}
