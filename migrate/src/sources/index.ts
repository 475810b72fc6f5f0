import type { Peer } from "../peer.js";
import { googleProtobuf } from "./google-protobuf.js";

/** The libraries to come from. The first that recognizes a file has written it. */
export const peers: readonly Peer[] = [googleProtobuf];
