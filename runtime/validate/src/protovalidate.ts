/** Messages with a rule that cannot be compiled to code: `@bufbuild/protovalidate` interprets all of their rules. */
import {
  createRegistry,
  type DescExtension,
  type DescFile,
  type DescMessage,
  fromBinary,
  type MessageShape,
} from "@bufbuild/protobuf";
import {
  createValidator,
  CompilationError as ForeignCompilationError,
  type Violation as ForeignViolation,
  violationToProto,
} from "@bufbuild/protovalidate";
import type { Checks } from "./checks.js";
import { CompilationError, EvaluationError } from "./errors.js";
import type { PathElement, Step, Subscript } from "./path.js";
import { Violation } from "./violation.js";

type Validator = ReturnType<typeof createValidator>;

const validators = new WeakMap<DescFile, Validator>();

/** Checks a message with the official library. Throws as generated code would. */
export function checkByLibrary<D extends DescMessage>(schema: D, message: MessageShape<D>, checks: Checks): void {
  const result = validatorOf(schema.file).validate(schema, message);
  if (result.kind === "error") {
    const Failure = result.error instanceof ForeignCompilationError ? CompilationError : EvaluationError;
    throw new Failure(result.error.message, { cause: result.error });
  }
  for (const violation of result.violations ?? []) checks.violations.push(toOurs(violation));
}

/** The same for a message with fields in other forms than those of protobuf-es: dates, text, names of enum values. */
export function checkCopyByLibrary(schema: DescMessage, message: object, checks: Checks): void {
  checkByLibrary(schema, fromBinary(schema, (message as Encodable).toBinary({ partial: true })), checks);
}

/** A message of our plugin, by the method that each has, also where message_types=shape leaves it out of the type. */
interface Encodable {
  toBinary(options: { readonly partial: boolean }): Uint8Array;
}

/** A validator that knows the predefined rules of the files that a file imports. */
function validatorOf(file: DescFile): Validator {
  let validator = validators.get(file);
  if (validator === undefined) {
    validator = createValidator({ registry: createRegistry(...extensionsOf(file, new Set())) });
    validators.set(file, validator);
  }
  return validator;
}

function extensionsOf(file: DescFile, seen: Set<DescFile>): DescExtension[] {
  if (seen.has(file)) return [];
  seen.add(file);
  const nested = (message: DescMessage): DescExtension[] => [
    ...message.nestedExtensions,
    ...message.nestedMessages.flatMap(nested),
  ];
  return [
    ...file.extensions,
    ...file.messages.flatMap(nested),
    ...file.dependencies.flatMap((dependency) => extensionsOf(dependency, seen)),
  ];
}

function toOurs(violation: ForeignViolation): Violation {
  const [{ field, rule, ruleId, message, forKey }] = violationToProto(violation);
  const first = elementsOf(field).reduceRight<Step | undefined>(
    (next, element) => ({ element, at: undefined, types: undefined, next }),
    undefined,
  );
  return new Violation(first, elementsOf(rule), ruleId, message, forKey);
}

type ForeignPath = ReturnType<typeof violationToProto>[0]["field"];

/** The elements of a path as ours: without names of types, and without what is not set. */
function elementsOf(path: ForeignPath): PathElement[] {
  return (path?.elements ?? []).map(({ fieldNumber, fieldName, fieldType, keyType, valueType, subscript }) => ({
    ...(fieldNumber !== 0 && { fieldNumber, fieldType }), // 0 for a oneof
    fieldName,
    ...((keyType as number) !== 0 && { keyType, valueType }),
    ...(subscript.case !== undefined && { subscript: subscript as Subscript }),
  }));
}
