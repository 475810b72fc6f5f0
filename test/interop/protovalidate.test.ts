/** protovalidate-es validates our instances by our descriptors, whose rules our own code for buf.validate describes. */
import {
  clone,
  create,
  type DescMessage,
  fromBinary,
  getOption,
  hasOption,
  type MessageShape,
} from "@bufbuild/protobuf";
import { createStandardSchema, createValidator, ValidationError } from "@bufbuild/protovalidate";
import * as package_ from "@bufbuild/protovalidate/gen/buf/validate/validate_pb.js";
import { describe, expect, test } from "@jest/globals";
import { getExtension } from "@protoloom/protobuf";
import {
  Account,
  type AccountInit,
  AccountSchema,
  type AccountValid,
  Defaulted,
  DefaultedSchema,
  file_account,
  Owner,
  OwnerSchema,
  SignatureSchema,
} from "../gen/rules/account_pb.js";
import { FieldRules, field, StringRules } from "../gen/rules/buf/validate/validate_pb.js";

const valid: AccountInit = {
  id: "123e4567-e89b-12d3-a456-426614174000",
  email: "liuchao@example.com",
  balance: 0n,
  tags: ["a", "b"],
  owners: { ab: { name: "x" } },
  contact: { case: "phone", value: "123" },
  opened: { seconds: 1n },
  closed: { seconds: 2n },
  note: "short",
  tier: 1,
  key: Uint8Array.of(1, 2),
};

const violations: [init: AccountInit, violations: string[]][] = [
  [{ id: "x" }, ["id: string.uuid"]],
  [{ email: undefined }, ["email: required"]],
  [{ email: "" }, ["email: string.email_empty"]],
  [{ balance: -1n }, ["balance: int64.gte"]],
  [{ tags: ["a", "a"] }, ["tags: repeated.unique"]],
  [{ tags: ["a", "b", "c", "d"] }, ["tags: repeated.max_items"]],
  [{ owners: { a: { name: "x" } } }, ['owners["a"]: string.min_len']],
  [{ owners: { ab: {} } }, ['owners["ab"].name: string.min_len']],
  [{ owners: { ab: { name: "x", share: 101 } } }, ['owners["ab"].share: uint32.lte']],
  [{ contact: { case: undefined } }, ["contact: required"]],
  [{ contact: { case: "phone", value: "no" } }, ["phone: string.pattern"]],
  [{ contact: { case: "agent", value: { name: "" } } }, ["agent.name: string.min_len"]],
  [{ closed: { seconds: 0n } }, [": account.window"]],
  [{ note: "too long" }, ["note: string.max_len"]],
  [{ tier: 7 as never }, ["tier: enum.defined_only"]],
  [{ key: Uint8Array.of(1) }, ["key: bytes.len"]],
];

const validator = createValidator();

describe.each([
  ["an instance", (init: AccountInit) => new Account(init)],
  ["an instance that was decoded", (init: AccountInit) => Account.fromBinary(new Account(init).toBinary())],
  ["a plain message", (init: AccountInit) => create(AccountSchema, init as Account)],
  ["a plain message that was decoded", (init: AccountInit) => fromBinary(AccountSchema, new Account(init).toBinary())],
])("%s", (_, make) => {
  test("that is valid", () => {
    const account = make(valid);
    const result = validator.validate(AccountSchema, account);
    expect(result).toEqual({ kind: "valid", message: account });
    expect(result.message).toBe(account);
  });

  test.each(violations)("with %j", (change, expected) => {
    const result = validator.validate(AccountSchema, make({ ...valid, ...change }));
    expect(result.kind).toBe("invalid");
    expect(result.violations?.map(({ field, ruleId }) => `${pathOf(field)}: ${ruleId}`)).toEqual(expected);
    expect(result.error).toBeInstanceOf(ValidationError);
  });

  test("that is empty breaks what is required, and nothing for fields that are not set", () => {
    const result = validator.validate(AccountSchema, make({}));
    expect(result.violations?.map(({ field }) => pathOf(field)).sort()).toEqual(["contact", "email"]);
  });
});

// CEL reads the default of a field that is not set. Our instances have own undefined there and no default to read (see
// reflect.test.ts), so reflect() gives zero. A clone by protobuf-es is a message of its own making, which has them.
test("a rule that reads the declared default of a field that is not set wants a plain message", () => {
  const validate = (message: MessageShape<typeof DefaultedSchema>) => validator.validate(DefaultedSchema, message).kind;
  expect(validate(create(DefaultedSchema))).toBe("valid");
  expect(validate(new Defaulted())).toBe("invalid");
  expect(validate(clone(DefaultedSchema, new Defaulted()))).toBe("valid");
  expect(validate(new Defaulted({ port: 8080 }))).toBe("valid");
});

test("a Standard Schema", () => {
  const account = new Account(valid);
  expect(createStandardSchema(AccountSchema)["~standard"].validate(account)).toEqual({ value: account });
});

test("the rules as options: by the extension of the package and by ours, on our descriptors", () => {
  const { name } = OwnerSchema.field;
  expect(hasOption(name, package_.field)).toBe(true);
  expect(getOption(name, package_.field).type).toMatchObject({ case: "string", value: { minLen: 1n } });
  expect(getOption(name, field).type).toMatchObject({ case: "string", value: { minLen: 1n } });
  const rules = getExtension(name.proto.options!, field as never) as FieldRules;
  expect(rules).toEqual(new FieldRules({ type: { case: "string", value: new StringRules({ minLen: 1n }) } }));
  const schemas: DescMessage[] = [AccountSchema, OwnerSchema, SignatureSchema, DefaultedSchema];
  const isSame = file_account.messages.map((message, i) => message === schemas[i]); // a diff of schemas has no end
  expect(isSame).toEqual([true, true, true, true]);
  expect(new Owner().share).toBeUndefined();
});

function pathOf(path: readonly object[]): string {
  return path
    .map((element) => {
      const key = Reflect.get(element, "key") ?? Reflect.get(element, "index");
      return key === undefined ? `.${Reflect.get(element, "name")}` : `[${JSON.stringify(key)}]`;
    })
    .join("")
    .replace(/^\./, "");
}

test("a valid message has what is required, by its type", () => {
  const signatures = { 1: { at: { seconds: 1n } } };
  const result = validator.validate(AccountSchema, new Account({ ...valid, email: "a@b.c", signatures }));
  if (result.kind !== "valid") throw new Error(result.error?.message);
  const email: string = result.message.email; // a string, not one or undefined
  const account: AccountValid = result.message;
  expect([email, account.email]).toEqual(["a@b.c", "a@b.c"]);
  const number: keyof AccountValid["signatures"] extends number ? 1 : never = 1; // keyed as in Account
  const seconds: bigint = account.signatures[number]!.at.seconds; // of a Timestamp, not one or undefined
  expect(seconds).toBe(1n);
});
