import { expect, test } from "@jest/globals";
import {
  type AnyShape,
  createRegistry,
  type JsonReadOptions,
  type JsonValue,
  readAnyJson,
  readContext,
  readString,
  writeAnyJson,
  writeContext,
  writeString,
} from "@protoloom/protobuf/json";

// Stand-ins for generated classes: the value of the message is its bytes.
function messageClass(typeName: string, textOf: (m: Message) => string, read: (m: Message, json: JsonValue) => void) {
  return class extends Message {
    static readonly typeName = typeName;
    static fromBinary(bytes: Uint8Array) {
      const m = new this();
      m.value = new TextDecoder().decode(bytes);
      return m;
    }
    static fromJson(json: JsonValue) {
      const m = new this();
      read(m, json);
      return m;
    }
    toJsonString() {
      return textOf(this);
    }
  };
}

class Message {
  value = "";
  toBinary() {
    return new TextEncoder().encode(this.value);
  }
}

class Any implements AnyShape {
  static readonly typeName = "google.protobuf.Any";
  typeUrl = "";
  value: Uint8Array = new Uint8Array(0);
  // Binary form of this stand-in: the type URL alone, for nested empty values.
  static fromBinary(bytes: Uint8Array) {
    const any = new Any();
    any.typeUrl = new TextDecoder().decode(bytes);
    any.value = bytes;
    return any;
  }
  static fromJson(json: JsonValue, options?: JsonReadOptions) {
    return readAnyJson(new Any(), json, readContext(options));
  }
  toBinary() {
    return new TextEncoder().encode(this.typeUrl);
  }
  toJsonString(options: object) {
    return writeAnyJson(this, writeContext(options));
  }
}

const Book = messageClass(
  "shop.Book",
  (m) => (m.value === "" ? "{}" : `{"title":${writeString(m.value)}}`),
  (m, json) => {
    m.value = ((json as { title?: string }).title ?? "") as string;
    if (Object.hasOwn(json as object, "@type")) throw new Error("@type is not for the message");
  },
);
const Text = messageClass(
  "google.protobuf.StringValue",
  (m) => writeString(m.value),
  (m, json) => {
    m.value = readString(json);
  },
);
const registry = createRegistry(Book, Text, Any);

const read = (json: JsonValue) => readAnyJson(new Any(), json, readContext({ registry }));
const write = (any: AnyShape) => JSON.parse(writeAnyJson(any, writeContext({ registry })));

test.each<[JsonValue]>([
  [{}],
  [{ title: "a}b", "@type": "type.googleapis.com/shop.Book" }],
  [{ "@type": "type.googleapis.com/shop.Book" }],
  [{ "@type": "example.com/types/shop.Book" }],
  [{ value: "x", "@type": "type.googleapis.com/google.protobuf.StringValue" }],
])("%j comes back", (json) => {
  expect(write(read(json))).toEqual(json);
});

test("a type name alone gets the usual prefix", () => {
  expect(read({ "@type": "shop.Book" }).typeUrl).toBe("type.googleapis.com/shop.Book");
});

test.each<[JsonValue, string]>([
  [[], "expected object, got array"],
  [{ title: "a" }, 'expected "@type", got ""'],
  [{ "@type": "" }, 'expected "@type", got ""'],
  [{ "@type": 5 }, 'expected "@type", got 5'],
  [{ "@type": "foo/" }, 'type URL "foo/" has no type name'],
  [{ "@type": "x/unknown.Type" }, "x/unknown.Type is not in the type registry"],
])("%j is refused", (json, message) => {
  expect(() => read(json)).toThrow(message);
});

test("without a registry only an empty Any has JSON", () => {
  expect(writeAnyJson(new Any(), writeContext(undefined))).toBe("{}");
  const any = read({ "@type": "x/shop.Book" });
  expect(() => writeAnyJson(any, writeContext(undefined))).toThrow("x/shop.Book is not in the type registry");
});

test("nesting counts through an Any", () => {
  let json: JsonValue = {};
  for (let i = 0; i < 50_000; i++) json = { "@type": "x/google.protobuf.Any", value: json };
  expect(() => read(json)).toThrow("maximum recursion depth of 100 reached");
  const any = new Any();
  any.typeUrl = "x/google.protobuf.Any";
  any.value = any.toBinary();
  expect(() => write(any)).toThrow("maximum depth of 100 google.protobuf.Any reached");
});
