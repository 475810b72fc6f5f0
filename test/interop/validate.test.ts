/** Generated checks find in messages what protovalidate-es finds, word for word. */
import type { DescMessage, MessageShape } from "@bufbuild/protobuf";
import { createValidator, violationToProto } from "@bufbuild/protovalidate";
import { describe, expect, test } from "@jest/globals";
import { EvaluationError, ValidationError, type Violation } from "@protoloom/validate";
import { Account, type AccountInit, AccountSchema, Defaulted } from "../gen/rules/account_pb.js";
import {
  assertValidAccount,
  validateAccount,
  validateDefaulted,
  validators_account,
} from "../gen/rules/account_validate.js";
import {
  Holder,
  HolderSchema,
  Lists,
  type ListsInit,
  ListsSchema,
  Members,
  type MembersInit,
  MembersSchema,
  Numbers,
  type NumbersInit,
  NumbersSchema,
  Texts,
  type TextsInit,
  TextsSchema,
} from "../gen/rules/expressions_pb.js";
import {
  validateHolder,
  validateLists,
  validateMembers,
  validateNumbers,
  validateTexts,
} from "../gen/rules/expressions_validate.js";
import {
  Lists as ListsOfForms,
  Members as MembersOfForms,
  Numbers as NumbersOfForms,
} from "../gen/rules/forms/expressions_pb.js";
import {
  validateLists as validateListsOfForms,
  validateMembers as validateMembersOfForms,
  validateNumbers as validateNumbersOfForms,
} from "../gen/rules/forms/expressions_validate.js";

const official = createValidator();

/** Expects the same violations in every part, or that both fail to evaluate a rule. Returns their ids. */
function compare<D extends DescMessage>(schema: D, message: MessageShape<D>, validate: () => Violation[]): string[] {
  const { kind, violations = [] } = official.validate(schema, message);
  if (kind === "error") {
    expect(validate).toThrow(EvaluationError);
    return ["error"];
  }
  const ours = validate();
  expect(ours.map(String)).toEqual(violations.map(String));
  expect(ours.map((each) => each.toInit())).toMatchObject(violations.map((each) => plain(violationToProto(each)[0])));
  expect(ours.length).toBe(violations.length);
  return ours.map(({ path, ruleId }) => `${path}: ${ruleId}`);
}

/** A message without names of types, as an init has it. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([name, of]) => !name.startsWith("$") && of !== undefined);
  const set = entries.filter(
    ([, of]) => !(typeof of === "object" && of !== null && "case" in of && of.case === undefined),
  );
  return Object.fromEntries(set.map(([name, of]) => [name, plain(of)]));
}

const valid: AccountInit = {
  id: "123e4567-e89b-12d3-a456-426614174000",
  email: "liuchao@example.com",
  tags: ["a", "b"],
  owners: { ab: { name: "x" } },
  contact: { case: "phone", value: "123" },
  opened: { seconds: 1n },
  closed: { seconds: 2n },
  signatures: { 7: { at: { seconds: 1n } } },
};

describe("an account", () => {
  test.each<[AccountInit, string[]]>([
    [{}, []],
    [{ id: "x", email: undefined }, ["id: string.uuid", "email: required"]],
    [{ email: "a@b..c" }, ["email: string.email"]],
    [
      { balance: -1n, note: "too long", tier: 7 as never },
      ["balance: int64.gte", "note: string.max_len", "tier: enum.defined_only"],
    ],
    [{ tags: ["a", "a", "b", "c"] }, ["tags: repeated.max_items", "tags: repeated.unique"]],
    [
      { owners: { 'a"': { name: "" }, b: {} } },
      ['owners["a\\""].name: string.min_len', 'owners["b"]: string.min_len', 'owners["b"].name: string.min_len'],
    ],
    [{ contact: { case: undefined } }, ["contact: required"]],
    [{ contact: { case: "agent", value: { share: 101 } } }, ["agent.name: string.min_len", "agent.share: uint32.lte"]],
    [{ closed: { seconds: 0n } }, [": account.window"]],
    [{ signatures: { 5: {} } }, ["signatures[5].at: required"]],
    [{ key: Uint8Array.of(1) }, ["key: bytes.len"]],
  ])("with %j", (change, expected) => {
    const account = new Account({ ...valid, ...change });
    expect(compare(AccountSchema, account, () => validateAccount(account)).sort()).toEqual(expected.sort());
  });

  test("that is invalid is refused with all violations", () => {
    expect(() => assertValidAccount(new Account(valid))).not.toThrow();
    const wrong = new Account({ ...valid, id: "x", balance: -1n });
    expect(() => assertValidAccount(wrong)).toThrow(new ValidationError(validateAccount(wrong)));
    expect(String(new ValidationError(validateAccount(wrong)))).toBe(
      "ValidationError: id: must be a valid UUID [string.uuid], and 1 more violation",
    );
  });

  test("has its checks in the table of the file", () => {
    expect(Object.keys(validators_account)).toContain("interop.validated.Account");
    expect(validators_account["interop.validated.Account"]).toBe(validateAccount);
  });
});

test("a field that is not set has its declared default for an expression", () => {
  expect(validateDefaulted(new Defaulted())).toEqual([]);
  expect(validateDefaulted(new Defaulted({ port: 80 })).map(String)).toEqual(["port must be 8080 [defaulted.port]"]);
});

describe("expressions", () => {
  test.each<[NumbersInit, string[]]>([
    [{ a: 1, large: 3n }, []],
    [{ a: 2 ** 31 - 1, b: 1, large: 3n }, [": sum", ": ratio", ": either"]],
    [{ a: 1, b: 1, large: 3n }, []],
    [{ large: 2n ** 62n }, ["error"]],
    [{ a: 0, b: 1, large: 3n }, ["error"]],
    [{ share: Number.NaN }, [": share"]],
    [{ share: Number.POSITIVE_INFINITY }, [": share"]],
    [{ unsigned: 2n ** 64n - 1n }, [": this.unsigned - uint(this.unsigned % 2u) < 50u"]],
    [{ large: 6n }, [": large"]],
  ])("of numbers: %j", (init, expected) => {
    const message = new Numbers(init);
    expect(compare(NumbersSchema, message, () => validateNumbers(message))).toEqual(expected);
  });

  test.each<[TextsInit, string[]]>([
    [{ slug: "a-0" }, []],
    [{ slug: "a-0", name: "😀😀😀😀" }, [": format"]],
    [{ slug: "a-" }, ["slug: string.pattern"]],
    [{ slug: "a0", word: "Word" }, []],
    [{ slug: "a0", word: "w0rd" }, ["word: word"]],
    [{ slug: "a0", key: Uint8Array.of(107, 255) }, []],
    [{ slug: "a0", key: Uint8Array.of(255) }, ["key: key"]],
    [{ slug: "a0", color: "pink" }, ["color: string.in"]],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is what a template must not take for a place
    [{ slug: "a0", quote: '"]; throw new Error(`${1}`); //\n\u2028«»*/' }, ["quote: string.not_contains"]],
  ])("of texts: %j", (init, expected) => {
    const message = new Texts(init);
    expect(compare(TextsSchema, message, () => validateTexts(message))).toEqual(expected);
  });

  const item = { name: "a", count: 1, tags: ["a"] };
  test.each<[ListsInit, string[]]>([
    [{}, []],
    [{ items: [item] }, []],
    [{ items: [{ ...item, count: 0 }] }, [": items", ": one"]],
    [{ items: [item, item] }, ["error"]],
    [{ items: [item, { ...item, name: "first", count: 3, tags: ["first"] }] }, []],
    [{ items: [{ ...item, parent: { count: 1 } }] }, ["items[0]: parent"]],
    [{ counts: { ab: 2 } }, []],
    [{ counts: { ab: 1 } }, ["counts: counts"]],
    [{ counts: { x: 1 } }, ["counts: counts"]],
    [{ byId: { "-1": { name: "" } } }, ["byId[-1]: int64.gt", "byId[-1]: value"]],
    [{ flags: { true: "", false: "" } }, ["flags[false]: bool.const"]],
    [{ ids: [1n, 9007199254740993n] }, []],
    [{ ids: [1n, 1n, 9007199254740992n] }, ["ids: repeated.unique", "ids[2]: int64.in"]],
  ])("of lists and maps: %j", (init, expected) => {
    const message = new Lists(init);
    const found = compare(ListsSchema, message, () => validateLists(message));
    expect(found).toEqual(expected.map((each) => each.replace("byId", "by_id")));
  });

  test.each<[MembersInit, string[]]>([
    [{}, []],
    [{ start: { seconds: 10n }, end: { seconds: 3610n } }, []],
    [{ start: { seconds: 10n }, end: { seconds: 3610n, nanos: 1 } }, [": window"]],
    [{ start: { seconds: 1n }, length: { seconds: 1n } }, [": later"]],
    [{ length: { seconds: 100n } }, ["length: duration.lt", ": later"]],
    [{ limit: 10 }, []],
    [{ limit: 11 }, [": limit"]],
    [{ inner: { inner: { name: "x" } } }, [": deep"]],
    [{ inner: { limit: 11 } }, ["inner: limit"]],
    [{ payment: { case: "card", value: "12345" } }, [": deep"]],
    [{ payment: { case: "other", value: { limit: 11 } } }, ["other: limit"]],
    [{ level: 1 }, []],
    [{ level: 2 }, ["level: int32.gte_lt_exclusive"]],
    [{ level: 5 }, []],
    [{ start: { seconds: 253402300799n }, length: { seconds: 99n } }, ["error"]],
  ])("of times and members: %j", (init, expected) => {
    const message = new Members(init);
    expect(compare(MembersSchema, message, () => validateMembers(message))).toEqual(expected);
  });
});

test("messages that the official library checks have their place in the path", () => {
  const message = new Holder({ items: [{ name: "x" }, { name: "never" }, {}] });
  const found = compare(HolderSchema, message, () => validateHolder(message));
  expect(found).toEqual(["items[1]: any", "items[2].name: string.min_len"]);
});

describe("fields in other forms: 64-bit integers as text, times as Date and text", () => {
  test("have the same violations", () => {
    const numbers = { large: 6n, unsigned: 2n ** 64n - 1n };
    const forms = { large: "6", unsigned: String(2n ** 64n - 1n) };
    expect(validateNumbersOfForms(new NumbersOfForms(forms)).map(String)).toEqual(
      validateNumbers(new Numbers(numbers)).map(String),
    );
    const lists = { ids: [1n, 1n, 3n], byId: { "-1": {} } };
    expect(validateListsOfForms(new ListsOfForms({ ...lists, ids: ["1", "1", "3"] })).map(String)).toEqual(
      validateLists(new Lists(lists)).map(String),
    );
    const members = { start: { seconds: 10n }, end: { seconds: 3611n }, length: { seconds: 100n } };
    const dates = { start: new Date(10_000), end: new Date(3_611_000), length: "100s" };
    const found = validateMembersOfForms(new MembersOfForms(dates)).map(String);
    expect(found).toEqual(validateMembers(new Members(members)).map(String));
    expect(found).toHaveLength(3);
  });
});
