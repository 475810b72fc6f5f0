/** Those that are doubles: 5^22 is below 2^53. */
export const powersOfTen: Float64Array = /* @__PURE__ */ Float64Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));
