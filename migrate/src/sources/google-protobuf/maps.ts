import { ts } from "ts-morph";
import { type FileRewrite, grouped, isUnused } from "../../file-rewrite.js";

/** A map as a value. What reads one like jspb.Map gets a Map; what writes to it gets an object that writes to the record. */
export function mapValue(node: ts.CallExpression, plain: string, isStable: boolean, file: FileRewrite): string {
  const { checker } = file.world;
  const expected = checker.getContextualType(node);
  if (expected === undefined || file.isJspb(checker.getNonNullableType(expected))) return plain;
  const names = checker.getPropertiesOfType(checker.getNonNullableType(expected)).map(({ name }) => name);
  if (!names.some((name) => READS.has(name) || WRITES.has(name))) return plain;
  if (names.some((name) => WRITES.has(name))) {
    const members = names.map((name) => (Object.hasOwn(LIKE_MAP, name) ? LIKE_MAP[name]!(plain) : undefined));
    if (isStable && !ts.isOptionalChain(node) && members.every((each) => each !== undefined))
      return `{ ${members.join(", ")} }`;
    file.leave(node, "a map is a plain object now: what it is passed to writes to it like to a Map");
    return plain;
  }
  const isMaybe = ts.isOptionalChain(node);
  return `new Map(Object.entries(${plain}${isMaybe ? " ?? {}" : ""}))`;
}

/** The members of an object that reads and writes a record as a Map would. */
const LIKE_MAP: Readonly<Record<string, (record: string) => string>> = {
  get: (record) => `get: (key) => ${record}[key]`,
  has: (record) => `has: (key) => ${record}[key] !== undefined`,
  set: (record) => `set: (key, value) => void (${record}[key] = value)`,
  del: (record) => `del: (key) => delete ${record}[key]`,
};

const READS: ReadonlySet<string> = new Set(["get", "has", "forEach", "entries", "keys"]);
const WRITES: ReadonlySet<string> = new Set(["set", "del"]);

/** The methods of jspb.Map. */
export function mapCall(
  node: ts.CallExpression,
  callee: ts.PropertyAccessExpression,
  file: FileRewrite,
): string | undefined {
  const declaration = file.world.checker.getSymbolAtLocation(callee.name)?.declarations?.[0];
  if (!declaration || !/google-protobuf\/index\.d\.ts$/.test(declaration.getSourceFile().fileName)) return undefined;
  const { parent } = declaration;
  if (!ts.isClassDeclaration(parent) || parent.name?.text !== "Map") return undefined;
  if (callee.name.text === "set") return mapSet(node, file);
  const base = file.emit(callee.expression);
  const dot = callee.questionDotToken === undefined ? "" : "?.";
  const [key] = node.arguments.map((each) => file.emit(each));
  const keys = file.world.checker.getTypeAtLocation(callee.expression) as ts.TypeReference;
  const isText = file.world.checker.getTypeArguments(keys)[0]?.flags === ts.TypeFlags.String;
  file.count("map");
  switch (callee.name.text) {
    case "get":
      return `${base}${dot}[${key}]`;
    case "has":
      return grouped(node, `${base}${dot}[${key}] !== undefined`);
    case "del":
      return `delete ${base}[${key}]`;
    case "getLength":
      return `Object.keys(${base}).length`;
    case "clear":
      if (isUnused(node)) return `for (const key of Object.keys(${base})) delete ${base}[key]`;
      break;
    case "toObject":
    case "toArray":
    case "getEntryList":
    case "entries":
      if (isText) return `Object.entries(${base})${callee.name.text === "entries" ? ".values()" : ""}`;
      break;
    case "keys":
      if (isText) return `Object.keys(${base}).values()`;
      break;
    case "forEach": {
      const [callback] = node.arguments;
      if (!isText || callback === undefined || node.arguments.length !== 1) break;
      if (ts.isArrowFunction(callback) && callback.parameters.length <= 2) {
        const [first, second] = callback.parameters.map(({ name }) => name.getText());
        const head = second === undefined ? `Object.values(${base})` : `Object.entries(${base})`;
        const parameters = second === undefined ? `(${first ?? ""})` : `([${second}, ${first}])`;
        return `${head}.forEach(${parameters} => ${file.emit(callback.body)})`;
      }
    }
  }
  return file.leave(
    node,
    `a map is a plain object: ${callee.name.text} of jspb.Map has no counterpart that keeps the keys' type`,
  );
}

/** `map.set(k, v)`, or several in a row. */
function mapSet(node: ts.CallExpression, file: FileRewrite): string | undefined {
  const entries: (readonly [key: string, value: string])[] = [];
  let root: ts.Expression = node;
  while (isMapSet(root, file)) {
    const [key, value] = root.arguments.map((each) => file.emit(each));
    entries.unshift([key!, value!]);
    root = root.expression.expression;
  }
  const base = file.emit(root);
  file.count("map");
  if (entries.length === 1 && isUnused(node)) return `${base}[${entries[0]![0]}] = ${entries[0]![1]}`;
  return `Object.assign(${base}, { ${entries.map(([key, value]) => `[${key}]: ${value}`).join(", ")} })`;
}

function isMapSet(
  node: ts.Expression,
  file: FileRewrite,
): node is ts.CallExpression & { readonly expression: ts.PropertyAccessExpression } {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return false;
  return (
    node.expression.name.text === "set" && file.isJspb(file.world.checker.getTypeAtLocation(node.expression.expression))
  );
}
