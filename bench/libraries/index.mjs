/**
 * The compared libraries. Each row says how a library's code is generated, and has the source text that its user writes for
 * each operation. Text gives every workload its own call sites, as in an application, and the bundles of the size report
 * exactly the code that is used.
 */
import { protobufEs } from "./protobuf-es.mjs";
import { protobufTs } from "./protobuf-ts.mjs";
import { protobufjs } from "./protobufjs.mjs";
import { protoloom, protoloomCompact, protoloomSmall } from "./protoloom.mjs";
import { tsProto } from "./ts-proto.mjs";

export const libraries = [protoloom, protobufjs, protobufEs, tsProto, protobufTs];
export const ours = protoloom;
export const oursSmall = protoloomSmall;
export const oursCompact = protoloomCompact;
