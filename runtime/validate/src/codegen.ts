/** The functions that generated code calls. They are not for use by hand, and change with the generator. */
export { automaton } from "./cel/automaton.js";
export { bytesContain, bytesEndWith, bytesEqual, bytesIn, bytesStartWith, joinBytes } from "./cel/bytes.js";
export { isInf, numbersEqual } from "./cel/doubles.js";
export { fail, unwrap } from "./cel/fail.js";
export { divide, int, intOfDouble, intOfText, modulo, uint, uintOfDouble, uintOfText } from "./cel/integers.js";
export { entry, hasKey, isEmpty, item, listsEqual, unique, uniqueBytes } from "./cel/lists.js";
export { all, and, exists, existsOne, or } from "./cel/logic.js";
export { oneofValue } from "./cel/oneofs.js";
export { bytesOfText, codePoints, lowerAscii, shownBytes, textOfBytes, upperAscii, utf8Length } from "./cel/text.js";
export {
  addDurations,
  addToTimestamp,
  compareTimes,
  noTime,
  subtractFromTimestamp,
  subtractTimes,
  type Time,
  wholeUnits,
} from "./cel/time.js";
export { type Checks, field, oneof, rule } from "./checks.js";
export { CompilationError } from "./errors.js";
export { isEmail } from "./formats/email.js";
export { isHostAndPort, isHostname } from "./formats/hostname.js";
export { isIp, isIpPrefix } from "./formats/ip.js";
export { isUri, isUriRef } from "./formats/uri.js";
export { assertValid, violationsOf } from "./validators.js";
export type { Violation } from "./violation.js";
