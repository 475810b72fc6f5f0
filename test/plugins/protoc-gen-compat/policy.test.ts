/** A team's policy applied to findings. */
import { describe, expect, test } from "@jest/globals";
import type { Finding } from "../../../plugins/protoc-gen-compat/src/finding.js";
import { parseConfig } from "../../../plugins/protoc-gen-compat/src/policy/config.js";
import { judge } from "../../../plugins/protoc-gen-compat/src/policy/policy.js";
import { fingerprint } from "../../../plugins/protoc-gen-compat/src/policy/waiver.js";

const removed: Finding = {
  rule: "field-removed",
  verdict: "breaking",
  element: "shop.v1.Order.author",
  text: "field shop.v1.Order.author = 3 was removed",
  effects: [
    { surface: "json-strict", direction: "backward", verdict: "breaking" },
    { surface: "typescript", direction: "backward", verdict: "breaking" },
  ],
  roles: ["stored"],
  previous: { file: "order.proto", path: [4, 0, 2, 1] },
  next: { file: "order.proto", path: [4, 0] },
  floor: "extends",
  before: "string author = 3",
  after: undefined,
  package: "shop.v1",
  wasDeprecated: false,
};

function judged(finding: Finding, config: object = {}, today = "2026-06-01") {
  return judge([finding], parseConfig(config, "compat.yaml", today).policy);
}

const waiver = { element: removed.element, rule: removed.rule, reason: "unused", owner: "shop", expires: "2026-12-31" };

describe("a policy", () => {
  test("fails on breaks, and needs a major version", () => {
    expect(judged(removed)).toMatchObject({ failed: true, bump: "major" });
  });

  test("sets the severity of a rule", () => {
    expect(judged(removed, { severity: { "field-removed": "warning" } }).failed).toBe(false);
    expect(judged(removed, { severity: { "field-removed": "off" } }).findings).toEqual([]);
  });

  test("looks only at the surfaces that a team uses", () => {
    const { failed, bump, findings } = judged(removed, { surfaces: ["binary", "json"] });
    expect([failed, bump, findings[0]?.verdict, findings[0]?.effects]).toEqual([false, "minor", "extends", []]);
  });

  test("lets packages break that are not stable", () => {
    const unstable = { ...removed, package: "shop.v1alpha2" };
    expect(judged(unstable).failed).toBe(true);
    expect(judged(unstable, { ignore_unstable_packages: true }).failed).toBe(false);
    expect(judged(removed, { ignore_unstable_packages: true }).failed).toBe(true);
  });

  test("lets go what was deprecated, once its number and name are reserved", () => {
    const config = { deprecate_then_delete: true };
    const deprecated = { ...removed, wasDeprecated: true };
    expect(judged(deprecated, config).failed).toBe(false);
    expect(judged(removed, config).failed).toBe(true);
    expect(judged({ ...deprecated, suggestion: "reserved 3;" }, config).failed).toBe(true);
    expect(judged(deprecated).failed).toBe(true);
  });
});

describe("a waiver", () => {
  test("covers one rule of one element until it expires", () => {
    expect(judged(removed, { waivers: [waiver] })).toMatchObject({ failed: false, problems: [] });
    expect(judged(removed, { waivers: [waiver] }, "2026-12-31").failed).toBe(false);
    expect(judged(removed, { waivers: [waiver] }, "2027-01-01")).toMatchObject({
      failed: true,
      problems: [
        `waiver of field-removed for ${removed.element} (compat.yaml: waivers[0]) expired on 2026-12-31: ask shop`,
      ],
    });
    expect(judged({ ...removed, rule: "field-name" }, { waivers: [waiver] }).failed).toBe(true);
  });

  test("is spent once there is nothing that it waives", () => {
    const other = judged({ ...removed, element: "shop.v1.Order.date" }, { waivers: [waiver] });
    expect(other).toMatchObject({ failed: true, problems: [], spent: [waiver] });
    expect(judged(removed, { waivers: [waiver] }).spent).toEqual([]);
  });

  test("that is bound to a change does not cover another one of the same rule", () => {
    const bound = { waivers: [{ ...waiver, change: fingerprint(removed) }] };
    expect(judged(removed, bound).failed).toBe(false);
    const another = { ...removed, text: "field shop.v1.Order.author = 4 was removed" };
    expect(judged(another, bound)).toMatchObject({ failed: true, spent: bound.waivers });
  });
});
