import { describe, expect, test } from "@jest/globals";
import * as js from "../../../gen/js/features/proto2_pb.js";
import * as ts from "../../../gen/ts/features/proto2_pb.js";
import { bytes, hex } from "../hex.js";

describe.each([
  { target: "ts", Required: ts.Required, Holder: ts.Holder },
  {
    target: "js",
    Required: js.Required as unknown as typeof ts.Required,
    Holder: js.Holder as unknown as typeof ts.Holder,
  },
])("target=$target", ({ Required, Holder }) => {
  const inner = { yes: true };
  const incomplete = undefined as never;

  test("an init must have it, and so must the inits within", () => {
    expect(hex(new Required({ id: 1, inner }).toBinary())).toBe("08 01 3b 08 01 3c");
    // @ts-expect-error id is required
    new Required({ inner });
    // @ts-expect-error id of the child is required
    new Required({ id: 1, inner, child: { inner } });
  });

  test.each([
    [{ id: incomplete, inner }, "id"],
    [{ id: 1, inner: incomplete }, "inner"],
    [{ id: 1, inner: { yes: incomplete } }, "inner.yes"],
    [{ id: 1, inner, child: { id: incomplete, inner } }, "child.id"],
    [
      {
        id: 1,
        inner,
        children: [
          { id: 2, inner },
          { id: incomplete, inner },
        ],
      },
      "children[1].id",
    ],
    [{ id: 1, inner, byKey: { a: { id: 1, inner }, 'b"c': { id: incomplete, inner } } }, 'by_key["b\\"c"].id'],
    [{ id: 1, inner, choice: { case: "chosen" as const, value: { id: incomplete, inner } } }, "chosen.id"],
  ])("%j lacks %s", (init, path) => {
    const message = new Required(init);
    const error = `field features.proto2.Required.${path}: required field is not set`;
    expect(() => message.toBinary()).toThrow(`cannot encode ${error}`);
    expect(() => message.toJson()).toThrow(error);
    expect(() => message.toJsonString()).toThrow(error);
    const partial = message.toBinary({ partial: true });
    expect(() => Required.fromBinary(partial)).toThrow(`cannot decode ${error}`);
    expect(() => new Required({ id: 1, inner }).mergeFromBinary(partial)).not.toThrow(`${path}.other`);
    expect(Required.fromBinary(partial, { partial: true })).toEqual(message);
  });

  test("JSON that lacks it is refused", () => {
    expect(() => Required.fromJson({ id: 1 })).toThrow(
      "field features.proto2.Required.inner: required field is not set",
    );
    expect(() => Required.fromJsonString('{"id":1,"inner":{}}')).toThrow(
      "Required.inner.yes: required field is not set",
    );
  });

  test("a message that only holds such messages is checked too", () => {
    expect(new Holder().toBinary()).toHaveLength(0);
    expect(() => Holder.fromBinary(bytes("0a 00"))).toThrow("Holder.held.id: required field is not set");
  });
});
