import { fromJsonString as esFromJsonString, toBinary as esToBinary } from "@bufbuild/protobuf";

const PARTIAL = { deterministic: true, partial: true };

/**
 * Returns `examineText(input)`: whether the text was accepted, whether protobuf-es accepted it, and the broken promises.
 * Text is read without a tree if possible; the tree reader, the compact codec and protobuf-es must make the same of it.
 */
export async function loadTextSubject({ generated, compact }, known) {
  const { ProtobufError } = await import("@protoloom/protobuf");
  const { fromJsonString } = await import("@protoloom/protobuf/json");
  const readTree = (Class, text, options) => fromJsonString(Class.$json, Class.$info, new Class(), text, options);
  return (input) => examineText({ generated, compact, known, ProtobufError, readTree }, input);
}

function examineText(context, { typeName, text, ignoreUnknownFields, isValid }) {
  const { generated, compact, known, readTree, ProtobufError } = context;
  const problems = [];
  const readWith = ({ classes, registry }, read) =>
    outcomeOf(() => read(classes.get(typeName), text, { registry, ignoreUnknownFields }));
  const byText = readWith(generated, (Class, ...args) => Class.fromJsonString(...args));
  const byTree = readWith(generated, readTree);
  const byTable = readWith(compact, (Class, ...args) => Class.fromJsonString(...args));
  if (byText.error && !(byText.error instanceof ProtobufError)) {
    problems.push({ kind: "not a ProtobufError", detail: String(byText.error.stack) });
  }
  if (byText.error && isValid) problems.push({ kind: "valid text is rejected", detail: byText.shown });
  if (byText.shown !== byTree.shown) problems.push(difference("text and tree", byText, byTree));
  if (byText.shown !== byTable.shown) problems.push(difference("generated and compact", byText, byTable));

  const Class = generated.classes.get(typeName);
  const byPeer = outcomeOf(() => {
    const desc = known.registry.getMessage(typeName);
    const message = esFromJsonString(desc, text, { registry: known.registry, ignoreUnknownFields });
    return Class.fromBinary(esToBinary(desc, message), { partial: true });
  });
  const isComparable = !byText.error && !byPeer.error && !OTHER_MEANINGS.some((has) => has(text));
  if (isComparable && byText.shown !== byPeer.shown) problems.push(difference("protobuf-es", byText, byPeer));
  return { isAccepted: !byText.error, isComparable, problems };
}

/** The message in bytes, or the error: equal for equal outcomes. */
function outcomeOf(read) {
  try {
    return { shown: Buffer.from(read().toBinary(PARTIAL)).toString("hex"), error: undefined };
  } catch (error) {
    return { shown: error.message, error };
  }
}

function difference(kind, { shown }, other) {
  return { kind, detail: `${shown} instead of ${other.shown}` };
}

/** Known differences of protobuf-es: texts with these are not compared with it. */
const OTHER_MEANINGS = [
  /** An integer of which JSON.parse keeps only a part. */
  function hasLongNumber(text) {
    const numbers = text.replace(STRING, '""').match(/-?\d[\d.eE+-]*/g) ?? [];
    return numbers.some((number) => Math.abs(number) > Number.MAX_SAFE_INTEGER && Math.abs(number) < 2 ** 65);
  },

  /** An Any whose URL has another prefix, which protobuf-es replaces. */
  function hasOtherPrefix(text) {
    return /"@type":"(?!type\.googleapis\.com\/)/.test(JSON.stringify(JSON.parse(text)));
  },

  /** Null for an extension, which protobuf-es sets to zero. */
  function hasNullExtension(text) {
    return /"\[[^"]*\]":null/.test(JSON.stringify(JSON.parse(text)));
  },

  /** An extension of a MessageSet, which protobuf-es writes as a plain field. */
  function hasMessageSet(text) {
    return /MessageSetCorrect|ExtensionWithOneof/.test(JSON.stringify(JSON.parse(text)));
  },
];

const STRING = /"[^"\\]*(?:\\.[^"\\]*)*"/g;
