/** The questions of the page to its worker, and the answers. */
import type { Comparison, Encoded, Generated, Result } from "./answers.js";
import type { Problem } from "./compiler.js";

/** All that is typed into the page. */
export interface Inputs {
  readonly proto: string;
  /** The version before, for the gate. */
  readonly previous: string;
  readonly deployment: string;
  /** Options of protoc-gen-ts, as in `--ts_opt`. */
  readonly options: string;
  /** The full name of the message that `json` is. */
  readonly type: string;
  readonly json: string;
}

/** The views of the page. */
export const views = ["code", "bytes", "compatibility", "envoy"] as const;

export type View = (typeof views)[number];

export interface Question {
  readonly id: number;
  readonly view: View;
  readonly inputs: Inputs;
}

/** The answer to a question: the problems of the protos and, if they compile, what the view shows. */
export interface Answer {
  readonly id: number;
  readonly problems: readonly Problem[];
  /** Problems of the version before, for the view `compatibility`. */
  readonly previousProblems: readonly Problem[];
  /** The full names of the messages. */
  readonly messages?: readonly string[];
  readonly code?: Result<readonly Generated[]>;
  readonly bytes?: Result<Encoded>;
  readonly compatibility?: Comparison;
  /** A page. */
  readonly envoy?: Result<string>;
}

/** The name of the file that the page edits. */
export const FILE = "order.proto";
