/** The powers that are exact doubles: 5^22 is below 2^53. */
export const powersOfTen: Float64Array = /* @__PURE__ */ Float64Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));

/** A factor for splitting a double into halves of 26 bits: Dekker, "A floating-point technique for extending the available precision". */
export const SPLITTER: number = 2 ** 27 + 1;
