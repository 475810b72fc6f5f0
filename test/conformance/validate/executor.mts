/** Answers the runner of protovalidate's suite with code that protoc-gen-ts-validate generated. */
import { readFileSync, writeSync } from "node:fs";
import { CompilationError, EvaluationError, type Validators } from "@protoloom/validate";
import {
  TestConformanceRequest,
  TestConformanceResponse,
  TestResult,
} from "./buf/validate/conformance/harness/harness_pb.js";
import { classes, validators } from "./suite.js";

const table: Validators = validators;
const request = TestConformanceRequest.fromBinary(readFileSync(0));
const response = new TestConformanceResponse();
for (const [name, any] of Object.entries(request.cases)) {
  response.results[name] = new TestResult({ result: check(any.typeUrl.replace(/^.*\//, ""), any.value) });
}
const bytes = response.toBinary();
for (let at = 0; at < bytes.length; ) at += writeSync(1, bytes, at);

function check(typeName: string, value: Uint8Array): TestResult["result"] {
  try {
    const violations = table[typeName]?.(classes.get(typeName)!.fromBinary(value) as never) ?? [];
    if (violations.length === 0) return { case: "success", value: true };
    const validationError = { violations: violations.map((violation) => violation.toInit()) };
    return { case: "validationError", value: validationError as never };
  } catch (e) {
    if (e instanceof CompilationError) return { case: "compilationError", value: e.message };
    if (e instanceof EvaluationError) return { case: "runtimeError", value: e.message };
    return { case: "unexpectedError", value: String((e as Error).stack) };
  }
}
