import { median } from "../median.mjs";

/** The bars for the CPU time of a call: ours divided by theirs, in the same run. */
const bars = [
  { peer: "grpc-js-protobufjs", case: "small, unary, 1 in flight", client: 0.08, server: 0.13 },
  { peer: "grpc-js-protobufjs", case: "small, unary, 16 in flight", client: 0.03, server: 0.05 },
  { peer: "grpc-js-protobufjs", case: "small, unary, 128 in flight", client: 0.02, server: 0.03 },
  { peer: "grpc-js-protobufjs", case: "small, server streaming, per message", client: 0.08, server: 0.1 },
  { peer: "grpc-js-protobufjs", case: "10 KB, unary, 16 in flight", client: 0.11, server: 0.17 },
  { peer: "node-http2", case: "small, unary, 16 in flight", client: 0.08, server: 0.11 },
];

/** One row for each bar and side that was measured. */
export function checkBars(cases) {
  return bars.flatMap(({ peer, ...bar }) => {
    const found = cases.find(({ size, name }) => `${size}, ${name}` === bar.case);
    const { rounds } = found ?? {};
    if (rounds?.protoloom === undefined || rounds[peer] === undefined) return [];
    return ["client", "server"].map((side) => {
      const ratio = ratioOf(rounds.protoloom, rounds[peer], side);
      return { about: `over ${peer}`, case: bar.case, side, ratio, most: bar[side], holds: ratio <= bar[side] };
    });
  });
}

/** The median ratio of consecutive rounds, so that other load on the machine is in both. */
function ratioOf(ours, theirs, side) {
  return median(ours.map((round, i) => round[side] / theirs[i][side]));
}
