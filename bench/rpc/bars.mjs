import { median } from "../median.mjs";

/** What must hold of the CPU time of a call, on each side: ours over theirs, in the cases of these sizes. */
const bars = [
  { about: "over grpc-js with the same codecs", peer: "grpc-js-own-codecs", most: 1.05, sizes: ["small", "10 KB"] },
  { about: "over grpc-js + protobufjs", peer: "grpc-js-protobufjs", most: 1, sizes: ["small"] },
];

/** One row for each bar, case and side that was measured. */
export function checkBars(cases) {
  return bars.flatMap(({ about, peer, most, sizes }) =>
    cases
      .filter(
        ({ size, rounds }) => sizes.includes(size) && rounds.protoloom !== undefined && rounds[peer] !== undefined,
      )
      .flatMap(({ size, name, rounds }) =>
        ["client", "server"].map((side) => {
          const ratio = ratioOf(rounds.protoloom, rounds[peer], side);
          return { about, case: `${size}, ${name}`, side, ratio, most, holds: ratio <= most };
        }),
      ),
  );
}

/** Of rounds that came one after the other, so that what else the machine did is in both. */
function ratioOf(ours, theirs, side) {
  return median(ours.map((round, i) => round[side] / theirs[i][side]));
}
