import { constantNode, widest } from "./constants.js";
import { InvalidExpression, Uncompilable } from "./error.js";
import { bare, operand } from "./parentheses.js";
import type { Target } from "./target.js";
import {
  bool,
  type IntegerType,
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

/** An operand as a condition. */
export function toBool(name: string, operand: Node, target: Target): Node {
  const node = unwrapped(operand, target);
  if (node.type.kind === "bool") return node;
  if (isOpen(node.type)) throw new Uncompilable(`a ${typeName(node.type)} may be no bool`);
  throw noOverload(name, [node]);
}

export function noOverload(name: string, operands: readonly Node[]): InvalidExpression {
  const types = operands.map(({ type }) => typeName(type)).join(", ");
  return new InvalidExpression(`found no matching overload for "${name}" applied to (${types})`);
}

/** Whether the type of a value is known only at run time, or its value may be null. */
export function isOpen(type: Type): boolean {
  return type.kind === "dynamic" || type.kind === "wrapper" || type.kind === "null";
}

/** `a && b` and `a || b`, which a side that is known settles. */
export function logic(name: "_&&_" | "_||_", a: Node, b: Node, target: Target): Node {
  const decisive = name === "_||_";
  if (a.constant === decisive || b.constant === decisive) return constantNode(decisive, bool, target);
  if (a.constant === !decisive) return b;
  if (b.constant === !decisive) return a;
  const throws = a.throws || b.throws;
  if (!a.throws)
    return { type: bool, code: `(${operand(a.code)} ${decisive ? "||" : "&&"} ${operand(b.code)})`, throws };
  return {
    type: bool,
    code: `${target.runtime(decisive ? "or" : "and")}(() => ${bare(a.code)}, () => ${bare(b.code)})`,
    throws,
  };
}

/** An integer in the form of a bigint. */
export function big(node: Node): string {
  if (node.type.kind !== "int" && node.type.kind !== "uint")
    throw new Uncompilable(`${typeName(node.type)} is no integer`);
  if (node.type.rep === "bigint") return node.code;
  return typeof node.constant === "number" ? `${BigInt(node.constant)}n` : `BigInt(${node.code})`;
}

/** A value of a wrapper that is used as an operand: null fails. */
export function unwrapped(node: Node, target: Target): Node {
  if (node.type.kind !== "wrapper") return node;
  return { type: node.type.of, code: `${target.runtime("unwrap")}(${node.code})`, throws: true };
}

export const operators = {
  equal(a: Node, b: Node, isNegated: boolean, target: Target): Node {
    const { code, isBare } = equality(a, b, target);
    const opposite = isBare ? code.replace(" === ", " !== ") : `!${code}`;
    return { type: bool, code: `(${isNegated ? opposite : code})`, throws: a.throws || b.throws };
  },

  /** `<` and its like. Texts compare by UTF-16 code units, as in the official library. */
  compare(operator: "<" | "<=" | ">" | ">=", x: Node, y: Node, target: Target): Node {
    const [a, b] = [unwrapped(x, target), unwrapped(y, target)];
    const throws = a.throws || b.throws;
    if (isNumeric(a.type) && isNumeric(b.type)) {
      return { type: bool, code: `(${like(a, b)} ${operator} ${like(b, a)})`, throws };
    }
    if (a.type.kind === b.type.kind && (a.type.kind === "timestamp" || a.type.kind === "duration")) {
      return { type: bool, code: `(${target.runtime("compareTimes")}(${a.code}, ${b.code}) ${operator} 0)`, throws };
    }
    if (a.type.kind === "string" && b.type.kind === "string") {
      return { type: bool, code: `(${a.code} ${operator} ${b.code})`, throws };
    }
    if (isOpen(a.type) || isOpen(b.type) || a.type.kind === b.type.kind) {
      throw new Uncompilable(`"${operator}" of ${typeName(a.type)} and ${typeName(b.type)} is not compiled`);
    }
    throw noOverload(`_${operator}_`, [a, b]);
  },

  arithmetic(operator: "+" | "-" | "*" | "/" | "%", x: Node, y: Node, target: Target): Node {
    const [a, b] = [unwrapped(x, target), unwrapped(y, target)];
    const throws = a.throws || b.throws;
    if (isInteger(a.type) && isInteger(b.type) && a.type.kind === b.type.kind) {
      return integers(operator, a as Integer, b as Integer, target);
    }
    const kinds = `${a.type.kind} ${operator} ${b.type.kind}`;
    if (a.type.kind === "double" && b.type.kind === "double" && operator !== "%") {
      return { type: a.type, code: `(${a.code} ${operator} ${b.code})`, throws };
    }
    if (kinds === "bytes + bytes") {
      return { type: a.type, code: `${target.runtime("joinBytes")}(${a.code}, ${b.code})`, throws };
    }
    if (kinds === "list + list" && isComparableList(a, b)) {
      return { type: a.type, code: `[...${a.code}, ...${b.code}]`, throws };
    }
    if (kinds === "string + string") return { type: string, code: `(${a.code} + ${b.code})`, throws };
    const times = ownTimes(kinds);
    if (times !== undefined) {
      const [name, kind, isSwapped] = times;
      const args = isSwapped ? `${b.code}, ${a.code}` : `${a.code}, ${b.code}`;
      return { type: { kind }, code: `${target.runtime(name)}(${args})`, throws: true };
    }
    if (isOpen(a.type) || isOpen(b.type) || a.type.kind === b.type.kind) {
      throw new Uncompilable(`"${operator}" of ${typeName(a.type)} and ${typeName(b.type)} is not compiled`);
    }
    throw noOverload(`_${operator}_`, [a, b]);
  },

  negate(x: Node, target: Target): Node {
    const a = unwrapped(x, target);
    if (a.type.kind === "double") return { ...a, code: `(-${a.code})` };
    if (a.type.kind !== "int") throw noOverload("-_", [a]);
    if (a.type.rep === "number") return { type: int(a.type.max), code: `(-${a.code})`, throws: a.throws };
    return { type: int64, code: `${target.runtime("int")}(-${a.code})`, throws: true };
  },

  choose(condition: Node, a: Node, b: Node): Node {
    const throws = condition.throws || a.throws || b.throws;
    if (a.type.kind === "int" && b.type.kind === "int") {
      const isNumber = a.type.rep === "number" && b.type.rep === "number";
      const type = isNumber ? int(Math.max(a.type.max, b.type.max), a.type.isNatural && b.type.isNatural) : int64;
      return {
        type,
        code: `(${condition.code} ? ${isNumber ? a.code : big(a)} : ${isNumber ? b.code : big(b)})`,
        throws,
      };
    }
    const isPlain = ["bool", "string", "double", "timestamp", "duration"].includes(a.type.kind);
    if (!isPlain || a.type.kind !== b.type.kind) {
      throw new Uncompilable(`"?:" of ${typeName(a.type)} and ${typeName(b.type)} is not compiled`);
    }
    return {
      type: a.type,
      code: `(${condition.code} ? ${a.code} : ${b.code})`,
      throws,
      choice: { condition, whenTrue: a, whenFalse: b },
    };
  },

  /** `[a, b]`: items of one type, integers in one form. */
  list(items: readonly Node[]): Node {
    const first = items[0]!.type;
    if (items.some(({ type }) => type.kind !== first.kind || isOpen(type))) {
      throw new Uncompilable("a list of several types is not compiled");
    }
    const integers = items.map(({ type }) => type).filter(isInteger);
    const isBig = integers.some(({ rep }) => rep === "bigint");
    const type = isBig ? (first.kind === "int" ? int64 : uint64) : integers.length > 0 ? widest(integers) : first;
    const codes = items.map((item) => (isBig ? big(item) : item.code));
    return {
      type: { kind: "list", item: (code) => ({ type, code, throws: false }) },
      code: `[${codes.join(", ")}]`,
      throws: items.some((item) => item.throws),
    };
  },

  /** `text.format([…])` with `%s` and `%d` of texts, bytes and integers, which are the same in every language. */
  format(template: Node, items: readonly Node[], target: Target): Node {
    if (typeof template.constant !== "string") throw new Uncompilable("format() of a text that is not constant");
    const parts = template.constant.split(/(%%|%[sd]|%.)/);
    let next = 0;
    const codes = parts.flatMap((part, i) => {
      if (i % 2 === 0) return part === "" ? [] : [target.constant(part)];
      if (part === "%%") return [target.constant("%")];
      const item = items[next++];
      if (item === undefined) throw new InvalidExpression(`format() has too few arguments for ${template.constant}`);
      if (part === "%s" && item.type.kind === "bytes") return [`${target.runtime("shownBytes")}(${item.code})`];
      const fits = isInteger(item.type) || (part === "%s" && item.type.kind === "string");
      if (!fits || (part !== "%s" && part !== "%d"))
        throw new Uncompilable(`${part} of ${typeName(item.type)} is not compiled`);
      return [item.type.kind === "string" ? item.code : `String(${item.code})`];
    });
    const throws = items.some((item) => item.throws);
    return { type: string, code: codes.length === 0 ? '""' : `(${['""', ...codes].join(" + ")})`, throws };
  },
} as const;

type Integer = Node & { readonly type: IntegerType };

/** Integers of 64 bits: in numbers where the result is safe, otherwise in bigints with a check of the result. */
function integers(operator: "+" | "-" | "*" | "/" | "%", a: Integer, b: Integer, target: Target): Node {
  const throws = a.throws || b.throws;
  const { kind } = a.type;
  const areNumbers = a.type.rep === "number" && b.type.rep === "number";
  const max = operator === "*" ? a.type.max * b.type.max : a.type.max + b.type.max;
  const isSafe = "+-*".includes(operator) && areNumbers && max <= Number.MAX_SAFE_INTEGER;
  if (isSafe && (kind === "int" || operator !== "-")) {
    const isNatural = operator !== "-" && a.type.isNatural && b.type.isNatural;
    return {
      type: kind === "int" ? int(max, isNatural) : uint(max),
      code: `(${a.code} ${operator} ${b.code})`,
      throws,
    };
  }
  const type = kind === "int" ? int64 : uint64;
  if (operator === "%") return { type, code: `${target.runtime("modulo")}(${big(a)}, ${big(b)})`, throws: true };
  const result =
    operator === "/" ? `${target.runtime("divide")}(${big(a)}, ${big(b)})` : `${big(a)} ${operator} ${big(b)}`;
  return { type, code: `${target.runtime(kind)}(${result})`, throws: true };
}

type TimeRow = readonly [name: string, kind: "timestamp" | "duration", isSwapped: boolean];

function ownTimes(kinds: string): TimeRow | undefined {
  return Object.hasOwn(timeRows, kinds) ? timeRows[kinds] : undefined;
}

const timeRows: Readonly<Record<string, TimeRow>> = {
  "timestamp + duration": ["addToTimestamp", "timestamp", false],
  "duration + timestamp": ["addToTimestamp", "timestamp", true],
  "duration + duration": ["addDurations", "duration", false],
  "timestamp - duration": ["subtractFromTimestamp", "timestamp", false],
  "timestamp - timestamp": ["subtractTimes", "duration", false],
  "duration - duration": ["subtractTimes", "duration", false],
};

/** The code of a number, with constants in the form of the other operand. */
function like(node: Node, other: Node): string {
  const isBig = isInteger(other.type) && other.type.rep === "bigint";
  return isBig && isInteger(node.type) ? big(node) : node.code;
}

/** The code of an equality. It is bare if it consists of two operands around "===". */
function equality(a: Node, b: Node, target: Target): { readonly code: string; readonly isBare: boolean } {
  const bare = (x: string, y: string): { code: string; isBare: boolean } => ({
    code: `${x} === ${y}`,
    isBare: !/===/.test(x + y),
  });
  const called = (name: string): { code: string; isBare: boolean } => ({
    code: `${target.runtime(name)}(${a.code}, ${b.code})`,
    isBare: false,
  });
  const [x, y] = [a.type, b.type];
  if (x.kind === "wrapper" || y.kind === "wrapper") return nullable(a, b, bare);
  if (isNumeric(x) && isNumeric(y)) {
    const isSame =
      isInteger(x) && isInteger(y) && (x.rep === y.rep || a.constant !== undefined || b.constant !== undefined);
    if (isSame) return bare(like(a, b), like(b, a));
    const areNumbers = [x, y].every((type) => type.kind === "double" || (isInteger(type) && type.rep === "number"));
    return areNumbers ? bare(a.code, b.code) : called("numbersEqual");
  }
  if (x.kind !== y.kind) {
    if (isOpen(x) || isOpen(y)) throw new Uncompilable(`"==" of ${typeName(x)} and ${typeName(y)} is not compiled`);
    throw noOverload("_==_", [a, b]);
  }
  switch (x.kind) {
    case "bool":
    case "string":
      return bare(a.code, b.code);
    case "bytes":
      return called("bytesEqual");
    case "timestamp":
    case "duration":
      return { code: `${target.runtime("compareTimes")}(${a.code}, ${b.code}) === 0`, isBare: true };
    case "list":
      if (isComparableList(a, b)) return called("listsEqual");
  }
  throw new Uncompilable(`"==" of two values of the type ${typeName(x)} is not compiled`);
}

/** Whether two lists hold scalars of the same form, as they are. */
function isComparableList(a: Node, b: Node): boolean {
  const items = [a.type, b.type].map((type) => (type.kind === "list" ? type.item("x") : undefined));
  const forms = items.map((item) => {
    if (item === undefined || item.code.replace("(x« as number»)", "x") !== "x") return undefined;
    return isInteger(item.type) ? `${item.type.kind} ${item.type.rep}` : item.type.kind;
  });
  return forms[0] !== undefined && forms[0] === forms[1] && !["bytes", "message", "list"].includes(forms[0]);
}

/** A wrapper beside null, or beside a scalar of its own form: undefined equals no value. */
function nullable<T>(a: Node, b: Node, bare: (x: string, y: string) => T): T {
  const [wrapper, other] = a.type.kind === "wrapper" ? [a, b] : [b, a];
  const of = (wrapper.type as { readonly of: Type }).of;
  if (other.type.kind === "null") return bare(wrapper.code, "undefined");
  const value = other.type.kind === "wrapper" ? other.type.of : other.type;
  const isPrimitive = value.kind === "bool" || value.kind === "string" || value.kind === "double";
  if (isPrimitive && value.kind === of.kind) return bare(wrapper.code, other.code);
  if (isInteger(value) && isInteger(of) && value.kind === of.kind) {
    if (value.rep === of.rep) return bare(wrapper.code, other.code);
    if (of.rep === "bigint" && other.type.kind !== "wrapper") return bare(wrapper.code, big(other));
  }
  throw new Uncompilable(`"==" of ${typeName(a.type)} and ${typeName(b.type)} is not compiled`);
}
