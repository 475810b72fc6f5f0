/** Engines whose TextDecoder supports UTF-8 only, as Hermes, which React Native and Expo run on. */
import { createContext, Script } from "node:vm";
import { expect, test } from "@jest/globals";
import { build } from "esbuild";

const source = `
  import { BytesValue, StringValue } from "@protoloom/protobuf/wkt";
  globalThis.survives = (text) => [
    StringValue.fromBinary(new StringValue({ value: text }).toBinary()).value === text,
    StringValue.fromJsonString(new StringValue({ value: text }).toJsonString()).value === text,
    BytesValue.fromJsonString(new BytesValue({ value: new Uint8Array(text.length) }).toJsonString()).value.length === text.length,
  ];`;

/** As the polyfill of Expo. */
class Utf8Only extends TextDecoder {
  constructor(label = "utf-8", options?: ConstructorParameters<typeof TextDecoder>[1]) {
    if (!/^utf-?8$/i.test(label)) throw new RangeError(`Unknown encoding: ${label}`);
    super(label, options);
  }
}

test("text of all lengths survives", async () => {
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: import.meta.dirname },
    bundle: true,
    write: false,
    platform: "browser",
    format: "iife",
    logLevel: "error",
  });
  const context = createContext({ TextDecoder: Utf8Only, TextEncoder });
  new Script(outputFiles[0]!.text).runInContext(context);
  const survives = context.survives as (text: string) => boolean[];
  const texts = ["liuchao", "日本語", "é", "日本語 ", "x", "😀"].flatMap((text) =>
    [1, 40, 300, 3000].map((n) => text.repeat(n)),
  );
  for (const text of texts)
    expect([text.slice(0, 4), text.length, survives(text)]).toEqual([
      text.slice(0, 4),
      text.length,
      [true, true, true],
    ]);
});
