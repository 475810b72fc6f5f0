import { type DescMessage, ScalarType } from "@bufbuild/protobuf";
import { isWrapperDesc } from "@bufbuild/protobuf/wkt";
import { ts } from "ts-morph";
import { appliedOnce, type FileRewrite, grouped, isUnused } from "../../file-rewrite.js";
import { isLong, zeroOf } from "../../shapes.js";

const WKT = "@protoloom/protobuf/wkt";

/** Methods of the well-known types, which become helpers or plain values. */
export function wellKnown(
  node: ts.CallExpression,
  callee: ts.PropertyAccessExpression,
  message: DescMessage,
  file: FileRewrite,
): string | undefined {
  const name = callee.name.text;
  const isStatic = isClassName(callee.expression, file);
  const base = (): string => file.emit(callee.expression);
  const [first, second] = node.arguments;
  if (isWrapperDesc(message)) return wrapperCall(node, callee, message, file);
  switch (`${message.name}.${name}`) {
    case "Timestamp.fromDate": {
      const made = `${file.imports.need(WKT, "timestampFromDate")}(${file.emit(first!)})`;
      file.count("timestamp");
      return isStatic ? made : `Object.assign(${base()}, ${made})`;
    }
    case "Timestamp.toDate": {
      const helper = file.imports.need(WKT, "timestampDate");
      file.count("timestamp");
      if (callee.questionDotToken === undefined) return `${helper}(${base()})`;
      return appliedOnce(helper, base());
    }
    case "Struct.fromJavaScript":
      file.count("struct");
      return file.emit(first!);
    case "Struct.toJavaScript":
      file.count("struct");
      return base();
    case "Value.fromJavaScript":
      file.count("struct");
      return `${file.imports.need(WKT, "Value")}.fromJson(${file.emit(first!)})`;
    case "Value.toJavaScript":
      file.count("struct");
      return `${base()}${callee.questionDotToken ? "?." : "."}toJson()`;
    case "Any.unpack":
      if (ts.isPropertyAccessExpression(first!) && second !== undefined) {
        file.count("any");
        return `${file.imports.need(WKT, "anyUnpack")}(${base()}, ${file.emit(first.expression)})`;
      }
      return undefined;
    case "Any.pack":
      if (isUnused(node) && second !== undefined) {
        file.count("any");
        return `Object.assign(${base()}, { value: ${file.emit(first!)}, typeUrl: \`type.googleapis.com/\${${file.emit(second)}}\` })`;
      }
      return undefined;
    case "Any.getTypeName":
      file.count("any");
      return `${base()}.typeUrl.split("/").pop()!`;
    default:
      return undefined;
  }
}

function isClassName(node: ts.Expression, { world }: FileRewrite): boolean {
  return world.entityOf(world.symbolOf(node)) !== undefined;
}

/** A wrapper is its bare value. */
function wrapperCall(
  node: ts.CallExpression,
  callee: ts.PropertyAccessExpression,
  message: DescMessage,
  file: FileRewrite,
): string | undefined {
  const isBig = isLong(message.fields[0]!);
  if (callee.name.text === "getValue") {
    file.count("wrapper");
    const value = file.emit(callee.expression);
    return isBig ? `Number(${value})` : value;
  }
  if (callee.name.text !== "setValue") return undefined;
  const value = isBig ? `BigInt(${file.emit(node.arguments[0]!)})` : file.emit(node.arguments[0]!);
  file.count("wrapper");
  if (ts.isNewExpression(callee.expression)) return value;
  if (!isUnused(node)) return file.leave(node, "a wrapper is its bare value: assign it in a statement");
  const target = file.emit(callee.expression).replace(/!$/, "");
  return `${target} = ${value}`;
}

/** `new StringValue()`, whose value a variable holds. */
export function newWrapper(node: ts.NewExpression, file: FileRewrite): string | undefined {
  const entity = file.world.entityOf(file.world.symbolOf(node.expression));
  if (entity?.as !== "shape" || entity.desc.kind !== "message") return undefined;
  if (!isWrapperDesc(entity.desc)) {
    if ((node.arguments ?? []).length > 0) file.leave(node, "a constructor takes an object, not a list of values");
    return undefined;
  }
  file.count("wrapper");
  return grouped(node, `${zeroOf(entity.desc.fields[0]!, file, node)} as ${typeOfWrapper(entity.desc)}`);
}

/** The type of the bare value of a wrapper. */
export function typeOfWrapper(message: DescMessage): string {
  switch (message.fields[0]!.scalar) {
    case ScalarType.STRING:
      return "string";
    case ScalarType.BOOL:
      return "boolean";
    case ScalarType.BYTES:
      return "Uint8Array";
    case ScalarType.INT64:
    case ScalarType.UINT64:
      return "bigint";
    default:
      return "number";
  }
}

/** A constant that holds a wrapper becomes a variable: setting the wrapper's value is now an assignment. */
export function declarations(node: ts.VariableDeclarationList, file: FileRewrite): string | undefined {
  if (!(node.flags & ts.NodeFlags.Const)) return undefined;
  const isWrapped = ({ initializer }: ts.VariableDeclaration): boolean => {
    if (initializer === undefined || !ts.isNewExpression(initializer)) return false;
    const entity = file.world.entityOf(file.world.symbolOf(initializer.expression));
    return entity?.desc.kind === "message" && isWrapperDesc(entity.desc);
  };
  if (!node.declarations.some(isWrapped)) return undefined;
  return `let ${node.declarations.map((each) => file.emit(each)).join(", ")}`;
}
