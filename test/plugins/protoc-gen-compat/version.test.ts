import { expect, test } from "@jest/globals";
import { versionOfBaseline, versionsAfter } from "../../../plugins/protoc-gen-compat/src/policy/version.js";

test.each([
  ["1.4.2", "major", "2.0.0"],
  ["v1.4.2", "minor", "1.5.0"],
  ["1.4.2-rc.1", "patch", "1.4.3"],
  ["1.4.2", "none", "1.4.2"],
  ["0.4.2", "major", "0.5.0"],
  ["0.4.2", "minor", "0.4.3"],
  ["0.4.2", "patch", "0.4.3"],
] as const)("after %s a %s change needs %s", (current, bump, next) => {
  expect(versionsAfter(current, bump).next).toBe(next);
});

test("rejects other texts", () => {
  expect(() => versionsAfter("1.4", "major")).toThrow('invalid version "1.4": expected one like 1.4.2');
});

test("reads the version from the name of a tag", () => {
  expect(["tag:v1.4.2", "tag:api/v10.0.1", "tag:latest", "ref:v1.4.2"].map(versionOfBaseline)).toEqual([
    "1.4.2",
    "10.0.1",
    undefined,
    undefined,
  ]);
});
