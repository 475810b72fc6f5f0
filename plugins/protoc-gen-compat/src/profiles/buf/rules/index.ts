import type { BufRule } from "../annotation.js";
import { deletionRules } from "./deletion.js";
import { enumRules } from "./enum.js";
import { fieldRules } from "./field.js";
import { fileOptionRules } from "./file-option.js";
import { messageRules } from "./message.js";
import { rpcRules } from "./rpc.js";

/** The rules of buf. They are grouped, unlike ours, because most are one row of a family. */
export const bufRules: readonly BufRule[] = [
  ...deletionRules,
  ...enumRules,
  ...fieldRules,
  ...fileOptionRules,
  ...messageRules,
  ...rpcRules,
];
