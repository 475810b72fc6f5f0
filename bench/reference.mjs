import { readFileSync } from "node:fs";
import { create, createFileRegistry, fromBinary, fromJsonString, toBinary, toJsonString } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { typeNameOf } from "./workloads.mjs";

/**
 * Reads and writes the payloads by their descriptors, with the reflective codec of `@bufbuild/protobuf`. All libraries are
 * checked against it.
 */
export function openReference(descriptorFile) {
  const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, readFileSync(descriptorFile)));
  const inner = ({ proto, message }) => registry.getMessage(typeNameOf(proto, message));
  const outer = ({ proto, envelope }) => registry.getMessage(typeNameOf(proto, envelope.message));

  return {
    descriptor: inner,
    create: (workload, init) => create(inner(workload), init),
    toJson: (workload, message) => toJsonString(inner(workload), message),
    /** The message that a JSON text stands for. protobuf-es keeps a float as a double: binary has the value of the field. */
    fromJson(workload, text) {
      const message = fromJsonString(inner(workload), text);
      return fromBinary(inner(workload), toBinary(inner(workload), message));
    },

    encode(workload, message) {
      const bytes = toBinary(inner(workload), message);
      if (!workload.envelope) return bytes;
      const envelope = /** @type {any} */ (create(outer(workload), workload.envelope.build()));
      envelope.resources[0].value = bytes;
      return toBinary(outer(workload), envelope);
    },

    decode(workload, bytes) {
      const envelope = workload.envelope && /** @type {any} */ (fromBinary(outer(workload), bytes));
      const content = envelope ? envelope.resources[0].value : bytes;
      return fromBinary(inner(workload), content);
    },
  };
}
