/** The bars: ratios to the fastest correct peer, isolated and mixed. */
const codecBars = {
  order: { encode: 2.0, decode: 1.8 },
  otlp: { encode: 2.0, decode: 2.6 },
  xds: { encode: 2.0, decode: 2.0 },
  int32: { encode: 2.0, decode: 1.6 },
  sint64: { encode: 2.0, decode: 1.6 },
  double: { encode: 1.5, decode: 1.0 },
  float: { encode: 1.5, decode: 1.0 },
  strings: { encode: 1.7, decode: 1.0 },
  maps: { encode: 1.7, decode: 1.4 },
  tree: { encode: 2.6, decode: 1.5 },
  bytes: { encode: 1.0, decode: 1.0 },
};

/** JSON is compared with two libraries, on every workload. */
const jsonBars = [
  { peer: "protobuf-es", ratio: 2.0 },
  { peer: "ts-proto", ratio: 1.0 },
];

/** The ratio that no single process of a codec may fall below. */
const LOWEST = 0.9;

/** Rows of `{ peer, ratio, lowest }`. If peer is undefined, it is the fastest correct one. */
export function barsOf(workload, operation) {
  return operation in codecBars[workload] ? [{ ratio: codecBars[workload][operation], lowest: LOWEST }] : jsonBars;
}
