import type { Peer } from "../peer.js";
import { googleProtobuf } from "./google-protobuf/index.js";
import { protobufEs2 } from "./protobuf-es-2.js";
import { protobufTs } from "./protobuf-ts.js";
import { protobufjs } from "./protobufjs.js";
import { tsProto } from "./ts-proto.js";

/** The libraries to come from. The first that recognizes a file has written it. */
export const peers: readonly Peer[] = [googleProtobuf, tsProto, protobufEs2, protobufTs, protobufjs];
