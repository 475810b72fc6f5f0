import { isTooDeep } from "../codec/decode.js";
import { type AnyMessage, infoOf } from "../codec/message-info.js";
import { ProtobufError } from "../error.js";
import { Issues, type MessageClass, type StandardIssue } from "./issues.js";
import { propertyPath } from "./property-path.js";

// Standard Schema, version 1 (standardschema.dev): the interface by which tRPC, Hono, forms and others take any validator.

/** A message, or what is wrong. */
export type StandardResult<O> =
  | { readonly value: O; readonly issues?: undefined }
  | { readonly issues: readonly StandardIssue[] };

/** A Standard Schema: takes an `I`, and gives an `O`. */
export interface StandardSchema<I, O> {
  /** The functions that libraries call which take a Standard Schema. The name keeps them out of the way of others. */
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: "protoloom";
    readonly validate: (value: unknown) => StandardResult<O>;
    /** Never set: the types of input and output. */
    readonly types?: { readonly input: I; readonly output: O } | undefined;
  };
}

/** A violation of a rule, as the functions of protoc-gen-ts-validate return it: its field by proto names, such as `items[0].id`. */
export interface SchemaViolation {
  /** The field, by proto names. Empty for the whole message. */
  readonly path: string;
  /** The mistake, as a sentence. */
  readonly message: string;
}

/**
 * A Standard Schema that takes inits of a message class and makes messages. Every value that its field does not allow is an
 * issue, at most a hundred; of required fields, the first that is unset. `check` finds more in the message that was made, such
 * as `validateOrder` of protoc-gen-ts-validate. Keys that are no fields are left out.
 *
 * @example
 * app.post("/orders", sValidator("json", standardSchema(Order)), (c) => c.json(place(c.req.valid("json"))));
 */
export function standardSchema<C extends new (init: never) => AnyMessage>(
  type: C,
  check?: (message: InstanceType<C>) => Iterable<SchemaViolation>,
): StandardSchema<NonNullable<ConstructorParameters<C>[0]>, InstanceType<C>> {
  const make = type as unknown as MessageClass<InstanceType<C>>;
  return {
    "~standard": {
      version: 1,
      vendor: "protoloom",
      validate(value) {
        try {
          return validate(make, value, check);
        } catch (e) {
          if (isTooDeep(e)) return { issues: [{ message: "it is nested too deeply" }] };
          if (e instanceof ProtobufError) return { issues: [{ message: e.message }] };
          throw e;
        }
      },
    },
  };
}

function validate<M extends AnyMessage>(
  type: MessageClass<M>,
  value: unknown,
  check: ((message: M) => Iterable<SchemaViolation>) | undefined,
): StandardResult<M> {
  const issues = new Issues();
  issues.inMessage(type, value, []);
  if (issues.found.length > 0) return { issues: issues.found };
  const message = new type(value as object);
  const missing = infoOf(message).missing?.(message);
  if (missing !== undefined) issues.add(propertyPath(type, missing), "required field is not set");
  for (const violation of check?.(message) ?? []) issues.add(propertyPath(type, violation.path), violation.message);
  return issues.found.length > 0 ? { issues: issues.found } : { value: message };
}
