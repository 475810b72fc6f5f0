import { patternCode } from "../pattern/code.js";
import { InvalidExpression, Uncompilable } from "./error.js";
import { big, isOpen, noOverload, operators, toBool, unwrapped } from "./operators.js";
import { enclosed, negated, operand } from "./parentheses.js";
import type { Target } from "./target.js";
import {
  bool,
  bytes,
  type Constant,
  double,
  int,
  int64,
  isInteger,
  isNumeric,
  type Node,
  string,
  type Type,
  typeName,
  uint,
  uint64,
} from "./type.js";

/** Compiles a function. Its operands are the receiver of a method, then the arguments. Undefined if no overload fits. */
type Emit = (args: readonly Node[], target: Target) => Node | undefined;

/** `size(bytes(text))`, without the bytes. */
export function utf8Size({ code, throws }: Node, target: Target): Node {
  return { type: size, code: `${target.runtime("utf8Length")}(${code})`, throws };
}

/** Compiles a call of a function, a method or an operator. */
export function callFunction(name: string, operands: readonly Node[], target: Target): Node {
  const emit = Object.hasOwn(functions, name) ? functions[name] : undefined;
  if (emit === undefined) throw new Uncompilable(`the function "${name}" is not compiled`);
  const args = asTheyAre.has(name) ? operands : operands.map((each) => unwrapped(each, target));
  const result = emit(args, target);
  if (result !== undefined) return { ...result, throws: result.throws || args.some(({ throws }) => throws) };
  if (args.some(({ type }) => isOpen(type))) {
    throw new Uncompilable(`"${name}" of ${args.map(({ type }) => typeName(type)).join(", ")} is not compiled`);
  }
  throw noOverload(name, args);
}

/** The functions that take null. */
const asTheyAre: ReadonlySet<string> = new Set(["_==_", "_!=_", "@in"]);

/** The size of what fits into memory. */
const size = int(2 ** 32, true);

const compare =
  (operator: "<" | "<=" | ">" | ">="): Emit =>
  ([a, b], target) =>
    operators.compare(operator, a!, b!, target);

const arithmetic =
  (operator: "+" | "-" | "*" | "/" | "%"): Emit =>
  ([a, b], target) =>
    operators.arithmetic(operator, a!, b!, target);

/** A test of a text by a function of the runtime, which may have further arguments. */
const format =
  (name: string): Emit =>
  (args, target) =>
    args.length === 1 && args[0]!.type.kind === "string"
      ? { type: bool, code: `${target.runtime(name)}(${args[0]!.code})`, throws: false }
      : undefined;

/** A search in text, or in bytes. */
const search =
  (method: string, ofBytes: string): Emit =>
  ([a, b], target) => {
    const kinds = `${a!.type.kind} ${b?.type.kind}`;
    if (kinds === "string string") return { type: bool, code: `${a!.code}.${method}(${b!.code})`, throws: false };
    if (kinds === "bytes bytes")
      return { type: bool, code: `${target.runtime(ofBytes)}(${a!.code}, ${b!.code})`, throws: false };
    return undefined;
  };

/** A function of one text that gives a text. */
const ofText =
  (name: string): Emit =>
  (args, target) =>
    args.length === 1 && args[0]!.type.kind === "string"
      ? { type: string, code: `${target.runtime(name)}(${args[0]!.code})`, throws: false }
      : undefined;

/** A part of a timestamp in UTC, or a duration in whole units. */
const part =
  (ofDate: string | undefined, nanos: bigint | undefined, offset = 0): Emit =>
  (args, target) => {
    const [time] = args;
    if (args.length !== 1) throw new Uncompilable("parts of a timestamp in a time zone are not compiled");
    if (time!.type.kind === "timestamp" && ofDate !== undefined) {
      const read = `new Date(Number(${time!.code}.seconds) * 1000).${ofDate}()`;
      return { type: int(10_000, true), code: offset === 0 ? read : `(${read} - ${-offset})`, throws: false };
    }
    if (time!.type.kind !== "duration" || nanos === undefined) return undefined;
    return { type: int64, code: `${target.runtime("wholeUnits")}(${time!.code}, ${nanos}n)`, throws: false };
  };

const functions: Readonly<Record<string, Emit>> = {
  "_==_": ([a, b], target) => operators.equal(a!, b!, false, target),
  "_!=_": ([a, b], target) => operators.equal(a!, b!, true, target),
  "_<_": compare("<"),
  "_<=_": compare("<="),
  "_>_": compare(">"),
  "_>=_": compare(">="),
  "_+_": arithmetic("+"),
  "_-_": arithmetic("-"),
  "_*_": arithmetic("*"),
  "_/_": arithmetic("/"),
  "_%_": arithmetic("%"),
  "!_": ([a], target) => {
    const { code, throws } = toBool("!_", a!, target);
    return { type: bool, code: enclosed(negated(code)), throws };
  },
  "-_": ([a], target) => operators.negate(a!, target),
  "@in": ([a, b], target) => isIn(a!, b!, target),
  "_[_]": ([a, b], target) => at(a!, b!, target),

  size: ([a], target) => {
    switch (a!.type.kind) {
      case "string":
        return { type: size, code: `${target.runtime("codePoints")}(${a!.code})`, throws: false };
      case "bytes":
        return { type: size, code: `${a!.code}.length`, throws: false };
      case "list":
        return { type: size, code: `${a!.code}.length`, throws: false };
      case "map":
        return { type: size, code: `Object.keys(${a!.code}).length`, throws: false };
    }
    return undefined;
  },
  startsWith: search("startsWith", "bytesStartWith"),
  endsWith: search("endsWith", "bytesEndWith"),
  contains: search("includes", "bytesContain"),
  matches: ([a, b], target) => {
    if (a!.type.kind !== "string" || b?.type.kind !== "string") return undefined;
    if (typeof b.constant === "string")
      return { type: bool, code: patternCode(b.constant, a!.code, target), throws: false };
    return { type: bool, code: `${target.re2("matchesText")}(${b.code}, ${a!.code})`, throws: true };
  },
  lowerAscii: ofText("lowerAscii"),
  upperAscii: ofText("upperAscii"),

  int: ([a], target) => {
    if (a!.type.kind === "int") return a;
    if (a!.type.kind === "uint" && a!.type.rep === "number") return { ...a!, type: int(a!.type.max, true) };
    if (a!.type.kind === "uint") return { type: int64, code: `${target.runtime("int")}(${a!.code})`, throws: true };
    if (a!.type.kind === "double")
      return { type: int64, code: `${target.runtime("intOfDouble")}(${a!.code})`, throws: true };
    if (a!.type.kind === "string")
      return { type: int64, code: `${target.runtime("intOfText")}(${a!.code})`, throws: true };
    return a!.type.kind === "timestamp" ? { type: int64, code: `${a!.code}.seconds`, throws: false } : undefined;
  },
  uint: ([a], target) => {
    if (a!.type.kind === "uint") return a;
    if (a!.type.kind === "int" && a!.type.rep === "number" && a!.type.isNatural)
      return { ...a!, type: uint(a!.type.max) };
    if (a!.type.kind === "int") return { type: uint64, code: `${target.runtime("uint")}(${big(a!)})`, throws: true };
    if (a!.type.kind === "double")
      return { type: uint64, code: `${target.runtime("uintOfDouble")}(${a!.code})`, throws: true };
    return a!.type.kind === "string"
      ? { type: uint64, code: `${target.runtime("uintOfText")}(${a!.code})`, throws: true }
      : undefined;
  },
  double: ([a]) => {
    if (a!.type.kind === "double") return a;
    if (!isInteger(a!.type)) throw new Uncompilable(`double() of ${typeName(a!.type)} is not compiled`);
    return { type: double, code: a!.type.rep === "number" ? a!.code : `Number(${a!.code})`, throws: false };
  },
  string: ([a], target) => {
    if (a!.type.kind === "string") return a;
    if (a!.type.kind === "bytes")
      return { type: string, code: `${target.runtime("textOfBytes")}(${a!.code})`, throws: true };
    if (isInteger(a!.type) || a!.type.kind === "bool")
      return { type: string, code: `String(${a!.code})`, throws: false };
    throw new Uncompilable(`string() of ${typeName(a!.type)} is not compiled`);
  },
  bytes: ([a], target) => {
    if (a!.type.kind === "bytes") return a;
    if (a!.type.kind !== "string") return undefined;
    return { type: bytes, code: `${target.runtime("bytesOfText")}(${a!.code})`, throws: false };
  },
  bool: ([a]) => (a!.type.kind === "bool" ? a : undefined),
  dyn: () => {
    throw new Uncompilable("dyn() leaves types to the time when it runs");
  },

  isNan: ([a]) =>
    a!.type.kind === "double" ? { type: bool, code: `Number.isNaN(${a!.code})`, throws: false } : undefined,
  isInf: ([a, sign], target) => {
    if (a!.type.kind !== "double" || (sign !== undefined && sign.type.kind !== "int")) return undefined;
    return { type: bool, code: `${target.runtime("isInf")}(${list([a!, sign])})`, throws: false };
  },
  isEmail: format("isEmail"),
  isHostname: format("isHostname"),
  isUri: format("isUri"),
  isUriRef: format("isUriRef"),
  isHostAndPort: ([a, isRequired], target) => {
    if (a!.type.kind !== "string" || isRequired?.type.kind !== "bool") return undefined;
    return { type: bool, code: `${target.runtime("isHostAndPort")}(${list([a!, isRequired])})`, throws: false };
  },
  isIp: ([a, version], target) => {
    if (a!.type.kind !== "string" || (version !== undefined && version.type.kind !== "int")) return undefined;
    return { type: bool, code: `${target.runtime("isIp")}(${a!.code}${versionCode(version)})`, throws: false };
  },
  isIpPrefix: (args, target) => {
    const [a, ...more] = args;
    const kinds = more.map(({ type }) => type.kind).join(" ");
    if (a!.type.kind !== "string" || !["", "int", "bool", "int bool"].includes(kinds)) return undefined;
    const version = kinds.startsWith("int") ? versionCode(more[0]) : kinds === "" ? "" : ", 0";
    const strict = kinds.endsWith("bool") ? `, ${more.at(-1)!.code}` : "";
    return { type: bool, code: `${target.runtime("isIpPrefix")}(${a!.code}${version}${strict})`, throws: false };
  },
  unique: ([a], target) => {
    if (a!.type.kind !== "list") return undefined;
    const item = a!.type.item("x");
    if (item.type.kind === "bytes")
      return { type: bool, code: `${target.runtime("uniqueBytes")}(${a!.code})`, throws: false };
    if (!["string", "bool", "double", "int", "uint"].includes(item.type.kind)) return undefined;
    const isPlain = item.code === "x" || item.code === "(x« as number»)";
    const values = isPlain ? a!.code : `${a!.code}.map((x) => ${item.code})`;
    return { type: bool, code: `${target.runtime("unique")}(${values})`, throws: false };
  },

  getFullYear: part("getUTCFullYear", undefined),
  getMonth: part("getUTCMonth", undefined),
  getDate: part("getUTCDate", undefined),
  getDayOfMonth: part("getUTCDate", undefined, -1),
  getDayOfWeek: part("getUTCDay", undefined),
  getHours: part("getUTCHours", 3_600_000_000_000n),
  getMinutes: part("getUTCMinutes", 60_000_000_000n),
  getSeconds: part("getUTCSeconds", 1_000_000_000n),
};

function versionCode(version: Node | undefined): string {
  if (version === undefined) return "";
  return `, ${isInteger(version.type) && version.type.rep === "bigint" ? `Number(${version.code})` : version.code}`;
}

function list(args: readonly (Node | undefined)[]): string {
  return args.flatMap((each) => (each === undefined ? [] : [each.code])).join(", ");
}

/** At most so many values of a constant list are compared one by one. A set holds more. */
const FEW = 4;

/** `value in list`, `key in map`. */
function isIn(value: Node, range: Node, target: Target): Node | undefined {
  const throws = value.throws || range.throws;
  if (value.type.kind === "wrapper" || value.type.kind === "null") {
    throw new Uncompilable(`"in" of ${typeName(value.type)} is not compiled`);
  }
  if (range.type.kind === "map") {
    return { type: bool, code: `${target.runtime("hasKey")}(${range.code}, ${value.code})`, throws };
  }
  if (range.type.kind !== "list") return undefined;
  if (Array.isArray(range.constant)) return isInConstants(value, range, range.constant as readonly Constant[], target);
  const item = range.type.item("x");
  if (item.type.kind === "bytes" && value.type.kind === "bytes") {
    return { type: bool, code: `${target.runtime("bytesIn")}(${value.code}, ${range.code})`, throws };
  }
  const test = operators.equal(item, value, false, target);
  return { type: bool, code: `${range.code}.some((x) => ${test.code})`, throws };
}

function isInConstants(value: Node, range: Node, constants: readonly Constant[], target: Target): Node | undefined {
  const { throws } = value;
  if (constants.length === 0) return { type: bool, code: "false", throws, constant: false };
  const { type } = (range.type as { readonly item: (code: string) => Node }).item("x");
  if (value.type.kind === "bytes" && type.kind === "bytes") {
    return { type: bool, code: `${target.runtime("bytesIn")}(${value.code}, ${range.code})`, throws };
  }
  if (value.type.kind === "string" && type.kind === "string" && constants.length > FEW) {
    const set = `/*@__PURE__*/ new Set(${target.constant(constants)})`;
    return { type: bool, code: `${target.hoist(set, () => set)}.has(${value.code})`, throws };
  }
  const tests = constants.map((constant) => {
    const operand: Node = { type: narrowed(type, constant), code: target.constant(constant), throws: false, constant };
    return operators.equal(value, operand, false, target).code;
  });
  return { type: bool, code: `(${tests.map(operand).join(" || ")})`, throws };
}

/** The type of one constant of a list. */
function narrowed(type: Type, constant: Constant): Type {
  return typeof constant === "number" && isInteger(type) ? { ...type, max: Math.abs(constant) } : type;
}

/** `list[index]`, `map[key]`. */
function at(range: Node, index: Node, target: Target): Node | undefined {
  if (range.type.kind === "list") {
    if (!isNumeric(index.type) || index.type.kind === "double") {
      throw new InvalidExpression(`a list cannot be indexed by ${typeName(index.type)}`);
    }
    return { ...range.type.item(`${target.runtime("item")}(${range.code}, ${index.code})`), throws: true };
  }
  if (range.type.kind !== "map") return undefined;
  return { ...range.type.value(`${target.runtime("entry")}(${range.code}, ${index.code})`), throws: true };
}
