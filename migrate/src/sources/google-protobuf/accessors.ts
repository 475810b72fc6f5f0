import type { DescField, DescMessage, DescOneof } from "@bufbuild/protobuf";
import { isWrapperDesc } from "@bufbuild/protobuf/wkt";
import { ts } from "ts-morph";
import type { FileRewrite } from "../../file-rewrite.js";

/** The name of a member in its accessors: `foo_bar` is `getFooBar`, and `fooBar` is `getFoobar`. */
export function accessor(name: string): string {
  return name
    .split("_")
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase())
    .join("");
}

type Verb = "get" | "set" | "has" | "clear" | "add";

/** An accessor of a message, as its name says. */
export type Access =
  | { readonly verb: Verb; readonly kind: "field" | "list" | "map"; readonly field: DescField; readonly as?: string }
  | { readonly verb: Verb; readonly kind: "case"; readonly oneof: DescOneof };

const members = new WeakMap<DescMessage, Map<string, Access>>();

/** The accessors of a message by their names. */
export function accessesOf(message: DescMessage): ReadonlyMap<string, Access> {
  const known = members.get(message);
  if (known !== undefined) return known;
  const all = new Map<string, Access>();
  for (const field of message.fields) {
    const name = accessor(field.name);
    if (field.fieldKind === "list") {
      for (const verb of ["get", "set", "clear"] as const) all.set(`${verb}${name}List`, { verb, kind: "list", field });
      all.set(`add${name}`, { verb: "add", kind: "list", field });
      for (const as of ["U8", "B64"]) all.set(`get${name}List_as${as}`, { verb: "get", kind: "list", field, as });
    } else if (field.fieldKind === "map") {
      for (const verb of ["get", "clear"] as const) all.set(`${verb}${name}Map`, { verb, kind: "map", field });
    } else {
      for (const verb of ["get", "set", "has", "clear"] as const) all.set(verb + name, { verb, kind: "field", field });
      for (const as of ["U8", "B64"]) all.set(`get${name}_as${as}`, { verb: "get", kind: "field", field, as });
    }
  }
  for (const oneof of message.oneofs) all.set(`get${accessor(oneof.name)}Case`, { verb: "get", kind: "case", oneof });
  members.set(message, all);
  return all;
}

/** A call of an accessor, if the node is one. */
export interface Accessed {
  readonly access: Access;
  readonly receiver: ts.Expression;
  /** Whether it is `receiver?.getX()`. */
  readonly isOptional: boolean;
  readonly args: readonly ts.Expression[];
  readonly message: DescMessage;
}

/** The accessor that a node calls. */
export function accessed(node: ts.Node, { world }: FileRewrite): Accessed | undefined {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return undefined;
  const callee = node.expression;
  const member = world.memberOf(callee);
  if (member?.owner.desc.kind !== "message") return undefined;
  const message = member.owner.desc;
  if (isWrapperDesc(message)) return undefined;
  const access = accessesOf(message).get(member.name);
  if (access === undefined) return undefined;
  const isOptional = callee.questionDotToken !== undefined;
  return { access, receiver: callee.expression, isOptional, args: node.arguments, message };
}
