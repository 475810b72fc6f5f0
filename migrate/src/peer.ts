import type { ts } from "ts-morph";
import type { FileRewrite } from "./file-rewrite.js";
import type { Source } from "./source.js";

/** A library to come from. */
export interface Peer extends Source {
  /** The new text of a node, or undefined to leave it as it is and look at its parts. */
  replace(node: ts.Node, file: FileRewrite): string | undefined;
}
