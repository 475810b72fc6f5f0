/** The bars: ratios to the fastest correct peer, isolated and mixed. */
const codecBars = {
  order: { encode: 2.0, decode: 1.4 },
  otlp: { encode: 2.0, decode: 2.8 },
  xds: { encode: 2.0, decode: 1.7 },
  int32: { encode: 1.3, decode: 1.3 },
  sint64: { encode: 1.5, decode: 1.7 },
  double: { encode: 1.0, decode: 1.0 },
  float: { encode: 1.0, decode: 1.0 },
  strings: { encode: 1.7, decode: 2.0 },
  maps: { encode: 1.2, decode: 1.3 },
  tree: { encode: 2.4, decode: 1.7 },
  bytes: { encode: 1.0, decode: 1.0 },
};

/** JSON is compared with two libraries, on every workload. */
const jsonBars = [
  { peer: "protobuf-es", ratio: 2.0 },
  { peer: "ts-proto", ratio: 1.0 },
];

/** Rows of `{ peer, ratio }`. If peer is undefined, it is the fastest correct one. */
export function barsOf(workload, operation) {
  return operation in codecBars[workload] ? [{ ratio: codecBars[workload][operation] }] : jsonBars;
}
