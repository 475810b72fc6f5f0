import { Random } from "./random.mjs";
import { createFullMessage } from "./valid.mjs";
import { encodeRecords } from "./wire.mjs";

/** The decoder's verdict on an input, with the numbers of oracle.py. `incomplete`: only a required field is missing. */
export const OUTCOME = { rejected: 0, accepted: 1, incomplete: 2 };

/** No input of a fuzz run may take more CPU time to decode. On a busy machine, the time on the clock says nothing. */
const TIME_LIMIT_MS = 100;

/**
 * A map entry without its value gets an empty message as its value, and in our encoding that is there: where it was left
 * out at the last level that is allowed, our encoding has one level more.
 */
const again = { recursionLimit: 101 };
const STRICT = { decode: undefined, again, encode: { deterministic: true } };
const PARTIAL = {
  decode: { partial: true },
  again: { ...again, partial: true },
  encode: { deterministic: true, partial: true },
};

/**
 * Takes our generated classes for these message shapes. Returns `examine(type, bytes)`: the outcome, our re-encoding,
 * and the broken promises, each { kind, detail }. A promise holds for every input, whatever upb makes of it.
 */
export async function loadSubject({ generated, compact }, shapes) {
  const { ProtobufError } = await import("@protoloom/protobuf");
  const types = shapes.map((shape) => ({
    ...createType(shape, generated.classes, ProtobufError),
    compact: createType(shape, compact.classes, ProtobufError),
  }));
  return { examine: (type, bytes) => examine(types[type], bytes) };
}

function createType(shape, classes, ProtobufError) {
  const Class = classes.get(shape.typeName);
  if (!Class) throw new Error(`no class was generated for ${shape.typeName}`);
  const canary = encodeRecords(createFullMessage(new Random(0, 0), shape));
  const song = Class.fromBinary(canary, PARTIAL.decode);
  return { typeName: shape.typeName, Class, ProtobufError, canary, song, sung: song.toBinary(PARTIAL.encode) };
}

function examine(type, bytes) {
  const problems = [];
  const { outcome, message, options, error } = read(type, bytes, problems);
  const { value: output = new Uint8Array(), error: failure } = attempt(() => message?.toBinary(options.encode));
  if (failure) problems.push({ kind: "cannot encode what was decoded", detail: String(failure.stack) });
  else if (message) checkPromises({ ...type, message, bytes, output, options }, problems);
  else checkUsable(type, problems);
  checkCompact(type, bytes, { outcome, message, output }, problems);
  return { outcome, output, problems, error };
}

/** Decodes, and when that fails once more with `partial`: only a missing required field may be the reason. */
function read(type, bytes, problems) {
  const strict = decode(type, bytes, STRICT, problems);
  if (strict.message) return { outcome: OUTCOME.accepted, message: strict.message, options: STRICT };
  const partial = decode(type, bytes, PARTIAL, problems);
  if (partial.message) return { outcome: OUTCOME.incomplete, message: partial.message, options: PARTIAL };
  return { outcome: OUTCOME.rejected, options: STRICT, error: strict.error };
}

function decode({ Class, ...type }, bytes, options, problems) {
  const decodeOnce = () => timed(() => attempt(() => Class.fromBinary(bytes, options.decode)));
  const result = decodeOnce();
  const ms = result.ms > TIME_LIMIT_MS ? Math.min(decodeOnce().ms, decodeOnce().ms) : 0;
  if (ms > TIME_LIMIT_MS) problems.push({ kind: "slow", detail: `decoding takes ${ms.toFixed(0)} ms of CPU time` });
  if (result.error) checkError(type, result.error, problems);
  return { message: result.value, error: result.error?.message };
}

function attempt(action) {
  try {
    return { value: action() };
  } catch (error) {
    return { error };
  }
}

function timed(action) {
  const start = process.cpuUsage();
  const result = action();
  const { user, system } = process.cpuUsage(start);
  return { ...result, ms: (user + system) / 1000 };
}

/** The problems of a message as a whole. All others belong to one of its fields. */
const MESSAGE_LEVEL = /^(field number 0|wire type \d|end of |tag of |length of |varint of |truncated message)/;

/** Only the documented error is thrown, and it says where: `cannot decode field a.B.c[2]: …`, `cannot decode message a.B: …`. */
function checkError({ typeName, ProtobufError }, error, problems) {
  if (!(error instanceof ProtobufError)) {
    problems.push({ kind: "not a ProtobufError", detail: String(error?.stack ?? error) });
    return;
  }
  const { message } = error;
  const ofMessage = `cannot decode message ${typeName}: `;
  const named = message.startsWith(ofMessage)
    ? MESSAGE_LEVEL.test(message.slice(ofMessage.length))
    : message.startsWith(`cannot decode field ${typeName}.`);
  if (!named) problems.push({ kind: "error without path", detail: message });
}

/** Garbage leaves no trace in the decoder: what it decoded before, it decodes the same after. */
function checkUsable({ Class, canary, song, sung }, problems) {
  const { value, error } = attempt(() => compare(Class.fromBinary(canary, PARTIAL.decode), song, sung, PARTIAL));
  if (value || error) problems.push({ kind: "decoder unusable afterwards", detail: value ?? String(error.stack) });
}

/** The compact codec, which optimize_for = CODE_SIZE gives, makes the same of every input. */
function checkCompact({ compact }, bytes, { outcome, message, output }, problems) {
  const kind = "compact codec";
  const other = read(compact, bytes, problems);
  if (other.outcome !== outcome) problems.push({ kind, detail: `another outcome: ${other.error ?? "accepted"}` });
  else if (message) {
    const { value, error } = attempt(
      () => compare(other.message, message, output, other.options) ?? compareJson(other.message, message),
    );
    if (value || error) problems.push({ kind, detail: value ?? String(error.stack) });
  } else checkUsable(compact, problems);
}

function compareJson(message, expected) {
  const [text, wanted] = [message, expected].map((either) => attempt(() => either.toJsonString()).value);
  if (text !== wanted) return `has the JSON ${text} instead of ${wanted}`;
  if (text === undefined) return;
  const [bytes, wantedBytes] = [message, expected].map((either) =>
    either.constructor.fromJsonString(text).toBinary(PARTIAL.encode),
  );
  if (!sameBytes(bytes, wantedBytes)) return `reads JSON as ${hexOf(bytes)} instead of ${hexOf(wantedBytes)}`;
}

function checkPromises(context, problems) {
  for (const [kind, check] of Object.entries(CHECKS)) {
    const { value: complaint, error } = attempt(() => check(context));
    if (complaint || error) problems.push({ kind, detail: complaint ?? String(error.stack) });
  }
}

/** Promises about accepted inputs: a check returns a complaint, or nothing. */
const CHECKS = {
  "decoding the encoding": ({ Class, message, output, options }) =>
    compare(Class.fromBinary(output, options.again), message, output, options),

  cloning: ({ message, output, options }) => {
    const clone = message.clone();
    return clone.equals(message) ? compare(clone, message, output, options) : "does not equal the message";
  },

  merging: ({ Class, message, bytes, output, options }) => {
    const merged = new Class();
    merged.mergeFromBinary(bytes, options.decode);
    return compare(merged, message, output, options);
  },

  "encoding in any order": ({ Class, message, output, options }) => {
    const bytes = message.toBinary({ ...options.encode, deterministic: false });
    return compare(Class.fromBinary(bytes, options.again), message, output, options);
  },

  "round trip through JSON": ({ Class, ProtobufError, message, output, options }) => {
    if (options === PARTIAL) return;
    const { value: text, error } = attempt(() => message.toJsonString());
    if (error) return error instanceof ProtobufError ? undefined : String(error.stack);
    const back = Class.fromJsonString(text);
    if (back.toJsonString() !== text && !some(message, isOddNull)) return `${text} becomes ${back.toJsonString()}`;
    const complaint = hasJsonForm(message) && compare(back, message, output, options);
    if (complaint) return `${text} ${complaint}`;
  },
};

/** Complains if a message is not encoded as the expected one was. The bits of a NaN may differ, its place may not. */
function compare(message, expected, output, options) {
  const bytes = message.toBinary(options.encode);
  if (sameBytes(bytes, output)) return;
  if (!message.equals(expected) || !some(expected, Number.isNaN)) return `encodes as ${hexOf(bytes)}`;
}

/**
 * Whether JSON can hold all of the message: not unknown fields, nor which of its encodings the value of an Any has, nor a
 * NullValue that is not NULL_VALUE.
 */
function hasJsonForm(message) {
  return !some(
    message,
    (value) => value?.$unknown?.length > 0 || value?.$typeName === "google.protobuf.Any" || isOddNull(value),
  );
}

function isOddNull(value) {
  return value?.optionalNullValue || (/^(oneofN|n)ullValue$/.test(value?.case) && value.value !== 0);
}

/** Whether some value in the message, at any depth, fits. */
function some(value, fits) {
  if (fits(value)) return true;
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return false;
  return Object.values(value).some((inner) => some(inner, fits));
}

function sameBytes(a, b) {
  return Buffer.compare(a, b) === 0;
}

export function hexOf(bytes) {
  return Buffer.from(bytes).toString("hex");
}
