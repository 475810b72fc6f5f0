/** A message of `tree.proto`: about 900 nodes, as pairs and as lists of children. */
export function buildTree(random) {
  return node(random, 7);
}

function node(random, depth) {
  const self = { id: random.between(128, 16383) };
  if (random.chance(0.5)) self.weight = random.between(-64, 63);
  if (depth === 0) return { ...self, leaf: true };
  self.left = node(random, depth - 1);
  self.right = node(random, depth - 1);
  self.children = Array.from({ length: 3 }, () => node(random, depth > 3 ? 1 : 0));
  return self;
}
