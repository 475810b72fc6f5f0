import { median } from "../median.mjs";

const grpcJs = { peer: "grpc-js-protobufjs" };

/** The bars for the CPU time of a call: ours divided by theirs, in the same run. */
const bars = [
  { ...grpcJs, case: "small, unary, 1 in flight", client: 0.08, server: 0.13 },
  { ...grpcJs, case: "small, unary, 16 in flight", client: 0.03, server: 0.05 },
  { ...grpcJs, case: "small, unary, 128 in flight", client: 0.02, server: 0.03 },
  { ...grpcJs, case: "small, server streaming, per message", client: 0.08, server: 0.1 },
  { ...grpcJs, case: "small, client streaming, per message", client: 0.08, server: 0.1 },
  { ...grpcJs, case: "small, bidirectional streaming, per message", client: 0.08, server: 0.1 },
  { ...grpcJs, case: "10 KB, unary, 16 in flight", client: 0.11, server: 0.17 },
  { peer: "node-http2", case: "small, unary, 16 in flight", client: 0.08, server: 0.11 },
  ...[
    { contender: "deadline-and-signal", client: 1.5, server: 1.5 },
    { contender: "tls", client: 1.8, server: 1.8 },
    { contender: "interceptors", client: 1.4, server: 1.4 },
    { contender: "in-memory", both: 0.8 },
  ].map((bar) => ({ ...bar, peer: "protoloom", case: "small, unary, 16 in flight, variants" })),
];

/** The most that may survive of the young generation, in percent. */
const MOST_SURVIVING = 2;

/** One row for each bar and side that was measured. */
export function checkBars(cases, survival) {
  return [...bars.flatMap((bar) => checkBar(cases, bar)), ...survival.flatMap(checkSurvival)];
}

function checkBar(cases, { contender = "protoloom", peer, case: wanted, ...most }) {
  const { rounds } = cases.find(({ size, name }) => `${size}, ${name}` === wanted) ?? {};
  if (rounds?.[contender] === undefined || rounds[peer] === undefined) return [];
  return Object.entries(most).map(([side, bar]) => {
    const ratio = ratioOf(rounds[contender], rounds[peer], side);
    return { about: `${contender} over ${peer}`, case: wanted, side, ratio, most: bar, holds: ratio <= bar };
  });
}

/** The median ratio of consecutive rounds, so that other load on the machine is in both. */
function ratioOf(ours, theirs, side) {
  return median(ours.map((round, i) => cost(round, side) / cost(theirs[i], side)));
}

function cost({ client, server }, side) {
  return { client, server, both: client + server }[side];
}

function checkSurvival({ contender, ...sides }) {
  if (contender !== "protoloom") return [];
  return ["client", "server"].map((side) => ({
    about: "young generation that survives, %",
    case: "small, unary, 16 in flight",
    side,
    ratio: sides[side] ?? 0, // no collection: nothing survived
    most: MOST_SURVIVING,
    holds: (sides[side] ?? 0) <= MOST_SURVIVING,
  }));
}
