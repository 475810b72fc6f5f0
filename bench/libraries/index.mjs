/**
 * The libraries that are compared. A row is a library: how its code is generated, and the text of what a user of it
 * writes for each operation. It is text so that every workload has call sites of its own, as in an application, and so
 * that the bundles of the size report hold exactly what is used.
 */
import { protobufEs } from "./protobuf-es.mjs";
import { protobufTs } from "./protobuf-ts.mjs";
import { protobufjs } from "./protobufjs.mjs";
import { protoloom, protoloomCompact } from "./protoloom.mjs";
import { tsProto } from "./ts-proto.mjs";

export const libraries = [protoloom, protobufjs, protobufEs, tsProto, protobufTs];
export const ours = protoloom;
export const oursCompact = protoloomCompact;
