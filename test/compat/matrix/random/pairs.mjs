/**
 * Random pairs of schemas: a small schema, and the same after one to three changes. The same seed, the same pairs.
 *
 * Cases have the form of the corpus: { id, before, after, changes }, texts by path.
 */
import { changes } from "./changes.mjs";
import { printSchema } from "./print.mjs";
import { drawSchema } from "./schema.mjs";

/** `count` pairs, each of which differs. */
export function randomPairs(count, seed) {
  const pairs = [];
  for (let i = 0; pairs.length < count; i++) {
    const pair = randomPair(`random/p${i}`, generator(seed * 1_000_003 + i));
    if (pair !== undefined) pairs.push(pair);
  }
  return pairs;
}

function randomPair(id, random) {
  const before = drawSchema(random);
  let after = before;
  const made = [];
  for (let left = 1 + random.below(3); left > 0; left--) {
    const [name, change] = random.pick(changes);
    const next = change(structuredClone(after), random);
    if (next === undefined) continue;
    after = next;
    made.push(name);
  }
  if (!isValid(after)) return undefined;
  const name = `c.${id.replace(/\W/g, "_")}`;
  const [old, now] = [printSchema(before, name), printSchema(after, name)];
  return old === now
    ? undefined
    : { id, before: { [`${id}.proto`]: old }, after: { [`${id}.proto`]: now }, changes: made };
}

/** No name or number twice, in proto or in JSON. */
function isValid({ enums, messages }) {
  return (
    enums.every(
      ({ values }) => areDistinct(values.map(({ name }) => name)) && areDistinct(values.map(({ number }) => number)),
    ) &&
    messages.every(({ fields }) =>
      [
        fields.map(({ number }) => number),
        fields.map(({ name }) => name),
        fields.map(({ name, jsonName }) => (jsonName ?? name).toLowerCase()),
      ].every(areDistinct),
    )
  );
}

function areDistinct(list) {
  return new Set(list).size === list.length;
}

/** Numbers below n, items of lists and coins, from a seed (mulberry32). */
function generator(seed) {
  let state = seed | 0;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  return {
    below: (n) => next() % n,
    pick: (list) => list[next() % list.length],
    chance: (n) => next() % n === 0,
  };
}
