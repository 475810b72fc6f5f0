import { describe, expect, test } from "@jest/globals";
import { clearExtension, createRegistry, getExtension, hasExtension, setExtension } from "@protoloom/protobuf";
import { bytes, hex } from "../hex.js";
import { load } from "../load.js";

// Not in test/protos: buf leaves the option message_set_wire_format out.
const sources = {
  "set.proto": `
    syntax = "proto2";
    package set;
    message Set { option message_set_wire_format = true; extensions 4 to max; }
    message Item {
      extend Set { optional Item item = 1000; optional Other other = 1001; }
      optional string text = 1;
    }
    message Other { repeated group Many = 2 { optional int32 x = 1; } }
  `,
};

const checked = {
  "checked.proto": `edition = "2023"; package checked; import "set.proto";
    message Nested { set.Set set = 1; }
    message Strict { string text = 1; }
    extend set.Set { Nested nested = 1002; Strict strict = 1003; }`,
  ...sources,
};

describe.each(["ts", "js"])("target=%s", (target) => {
  test("a MessageSet has its extensions in items", async () => {
    const {
      Set: MessageSet,
      Item,
      Other,
      Item_item,
      Item_other,
    } = await load(`message-set-${target}`, sources, `target=${target}`);
    const set = new MessageSet();
    setExtension(set, Item_item, new Item({ text: "a" }));
    setExtension(set, Item_other, new Other({ many: [{ x: 1 }] }));
    expect(hex(set.toBinary())).toBe("0b 10 e8 07 1a 03 0a 01 61 0c 0b 10 e9 07 1a 04 13 08 01 14 0c");
    const decoded = MessageSet.fromBinary(set.toBinary());
    expect(getExtension(decoded, Item_item)).toEqual(new Item({ text: "a" }));
    clearExtension(decoded, Item_item);
    expect(hasExtension(decoded, Item_item)).toBe(false);
    expect(hasExtension(decoded, Item_other)).toBe(true);

    const registry = createRegistry(Item_item);
    expect(set.toJson({ registry })).toEqual({ "[set.Item.item]": { text: "a" } });
    expect(getExtension(MessageSet.fromJson(set.toJson({ registry }), { registry }), Item_item)).toEqual(
      new Item({ text: "a" }),
    );
  });

  test("with a registry, its extensions are checked when it is decoded, as in C++", async () => {
    const { Nested, nested, strict } = await load(`message-set-checked-${target}`, checked, `target=${target}`);
    const MessageSet = new Nested({ set: {} }).set.constructor;
    const registry = createRegistry(nested, strict);
    const illFormed = bytes("0b 10 eb 07 1a 03 0a 01 ff 0c");
    expect(MessageSet.fromBinary(illFormed).$unknown).toHaveLength(1);
    expect(() => MessageSet.fromBinary(illFormed, { registry })).toThrow("[checked.strict].text: invalid UTF-8");
    expect(() => MessageSet.fromBinary(bytes("0b 10 eb 07 1a 02 0a 05 0c"), { registry })).toThrow("truncated message");

    const deep = (levels: number) => {
      let set = new MessageSet();
      for (let i = 0; i < levels; i++) {
        const outer = new MessageSet();
        setExtension(outer, nested, new Nested({ set }));
        set = outer;
      }
      return set.toBinary();
    };
    expect(() => MessageSet.fromBinary(deep(40), { registry })).not.toThrow();
    expect(() => MessageSet.fromBinary(deep(200), { registry })).toThrow("recursion limit exceeded");
    expect(() => MessageSet.fromBinary(deep(200), { registry, recursionLimit: 500 })).not.toThrow();
    expect(() => MessageSet.fromBinary(deep(200))).not.toThrow();
  });
});
