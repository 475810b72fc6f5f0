/** A message of `maps.proto`: 500 labels by name, and 500 items by number. */
export function buildMaps(random) {
  const labels = {};
  while (Object.keys(labels).length < 500) {
    labels[`${random.pick(["app", "team", "topology", "release"])}.example.com/${random.text(8)}`] = random.text(12);
  }
  const items = {};
  while (Object.keys(items).length < 500) {
    items[random.int(1_000_000)] = {
      name: `item ${random.text(10)}`,
      count: random.between(1, 5000),
      active: random.chance(0.5),
    };
  }
  return { labels, items };
}
