/** The messages of all contenders, as plain objects that each converts. */
export const messages = {
  small: { id: "2026-11-22/7", author: "liuchao", price: 68n },
  "10 KB": {
    id: "2026-11-22/7",
    author: "liuchao",
    price: 68n,
    lines: Array.from({ length: 400 }, (_, i) => ({ what: `a class about gRPC ${i}`, count: i })),
  },
};

export const inFlight = [1, 16, 128];
