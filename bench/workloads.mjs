/** The workloads: a message type, and a builder of its payloads in the form of protobuf-es's initializers. */
import { buildBlob } from "./payloads/blob.mjs";
import { buildMaps } from "./payloads/maps.mjs";
import { buildDoubles, buildFloats, buildInts, buildLongs } from "./payloads/numeric.mjs";
import { buildOrder } from "./payloads/order.mjs";
import { buildTraceExport } from "./payloads/otlp.mjs";
import { buildLibrary } from "./payloads/strings.mjs";
import { buildTree } from "./payloads/tree.mjs";
import { buildDiscoveryResponse, buildLoadAssignment } from "./payloads/xds.mjs";

/**
 * `proto` is a file in `protos/`, and the last part of its package. With an `envelope`, encoding puts the encoded
 * message into `resources[0].value` of that, and encodes it too; decoding takes both apart.
 */
export const workloads = [
  { name: "order", proto: "order", message: "Order", build: buildOrder },
  { name: "otlp", proto: "otlp", message: "TraceExport", build: buildTraceExport },
  {
    name: "xds",
    proto: "xds",
    message: "LoadAssignment",
    build: buildLoadAssignment,
    envelope: { message: "DiscoveryResponse", build: buildDiscoveryResponse },
  },
  { name: "int32", proto: "numeric", message: "Numeric", build: buildInts },
  { name: "sint64", proto: "numeric", message: "Numeric", build: buildLongs },
  { name: "double", proto: "numeric", message: "Numeric", build: buildDoubles },
  { name: "float", proto: "numeric", message: "Numeric", build: buildFloats },
  { name: "strings", proto: "strings", message: "Library", build: buildLibrary },
  { name: "maps", proto: "maps", message: "Maps", build: buildMaps },
  { name: "tree", proto: "tree", message: "Node", build: buildTree },
  { name: "bytes", proto: "blob", message: "Blob", build: buildBlob },
];

/** The number of payloads per workload, used in turns so that no engine specializes on one input. */
export const PAYLOADS = 8;

/** The distinct protos of all workloads. */
export const protos = [...new Set(workloads.map(({ proto }) => proto))];

export const typeNameOf = (proto, message) => `protoloom.bench.${proto}.${message}`;
