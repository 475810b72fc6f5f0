/** Answers the runner of protovalidate's suite with the official TypeScript library, by the descriptors of the request. */
import { readFileSync, writeSync } from "node:fs";
import { create, createFileRegistry, createRegistry, fromBinary, toBinary } from "@bufbuild/protobuf";
import { anyUnpack, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { CompilationError, createValidator, violationsToProto } from "@bufbuild/protovalidate";

const harness = createFileRegistry(fromBinary(FileDescriptorSetSchema, readFileSync(process.argv[2])));
const message = (name) => harness.getMessage(`buf.validate.conformance.harness.${name}`);
const [Request, Response, Result] = ["TestConformanceRequest", "TestConformanceResponse", "TestResult"].map(message);

const { fdset, cases } = fromBinary(Request, readFileSync(0));
const registry = createRegistry(createFileRegistry(fdset));
const validator = createValidator({ registry, legacyRequired: true });
const results = Object.fromEntries(
  Object.entries(cases).map(([name, any]) => [name, create(Result, { result: check(any) })]),
);
const bytes = toBinary(Response, create(Response, { results }));
for (let at = 0; at < bytes.length; ) at += writeSync(1, bytes, at);

function check(any) {
  const unpacked = anyUnpack(any, registry);
  if (unpacked === undefined) return { case: "unexpectedError", value: `cannot unpack ${any.typeUrl}` };
  const { kind, error, violations } = validator.validate(registry.getMessage(unpacked.$typeName), unpacked);
  if (kind === "valid") return { case: "success", value: true };
  if (kind === "invalid") return { case: "validationError", value: violationsToProto(violations)[0] };
  return { case: error instanceof CompilationError ? "compilationError" : "runtimeError", value: error.message };
}
