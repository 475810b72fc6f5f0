/** A message of `order.proto`. */
export function buildOrder(random) {
  return {
    id: `ord-20261122-${random.text(6, "0123456789")}`,
    customer: `customer-${random.text(8)}`,
    sku: `SKU-${random.text(4, "ABCDEFGHJKLMNP")}-${random.text(12, "0123456789")}`,
    quantity: random.between(1, 127),
  };
}
