/** `double.isInf()` of protovalidate: infinite, with the given sign if it is not 0. */
export function isInf(value: number, sign: number | bigint = 0): boolean {
  return (sign >= 0 && value === Number.POSITIVE_INFINITY) || (sign <= 0 && value === Number.NEGATIVE_INFINITY);
}

/** Whether two numbers are equal, whichever types they have. */
export function numbersEqual(a: number | bigint, b: number | bigint): boolean {
  return !(a < b) && !(a > b) && a >= b;
}
