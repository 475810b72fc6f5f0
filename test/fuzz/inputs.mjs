import { BYTE_MUTATIONS } from "./mutate-bytes.mjs";
import { RECORD_MUTATIONS } from "./mutate-records.mjs";
import { Random } from "./random.mjs";
import { createMessage } from "./valid.mjs";
import { encodeRecords } from "./wire.mjs";

/** Names of the mutations, in a fixed order. */
const RECORD_NAMES = Object.keys(RECORD_MUTATIONS);
const BYTE_NAMES = Object.keys(BYTE_MUTATIONS);

/** Mutations of a valid message, by a random number up to 1. One in twenty stays unchanged: both sides must accept it. */
const PLANS = [
  { upTo: 0.05, records: 0, bytes: 0 },
  { upTo: 0.5, records: 1, bytes: 0 },
  { upTo: 0.65, records: 3, bytes: 0 },
  { upTo: 0.85, records: 0, bytes: 1 },
  { upTo: 0.9, records: 0, bytes: 4 },
  { upTo: 1, records: 1, bytes: 1 },
];

/** Creates input `index` of the run with this seed: the type it is meant for, its bytes, and how it came to be. */
export function createInput(types, seed, index) {
  const random = new Random(seed, index);
  const type = pickType(random, types);
  const shape = types[type];
  const message = { shape, records: createMessage(random, shape) };
  const plan = pickPlan(random);
  const trail = mutateRecords(random, message, plan.records);
  let bytes = encodeRecords(message.records);
  for (let i = 0; i < plan.bytes; i++) {
    const name = random.pick(BYTE_NAMES);
    trail.push(name);
    bytes = BYTE_MUTATIONS[name](random, bytes, encodeRecords(createMessage(random, shape)));
  }
  return { type, bytes, trail };
}

/** Half of the inputs go to the few large types: they have nearly all the fields. */
function pickType(random, types) {
  const large = types.map((shape, type) => ({ shape, type })).filter(({ shape }) => shape.fields.length > 30);
  return random.chance(0.6) ? random.pick(large).type : random.below(types.length);
}

function pickPlan(random) {
  const roll = random.uint32() / 0x100000000;
  return PLANS.find((plan) => roll < plan.upTo);
}

/** Applies as many mutations as asked for, drawing again where one finds nothing to mutate. */
function mutateRecords(random, message, count) {
  const trail = [];
  for (let attempts = 0; trail.length < count && attempts < 50; attempts++) {
    const name = random.pick(RECORD_NAMES);
    if (RECORD_MUTATIONS[name](random, message)) trail.push(name);
  }
  return trail;
}
