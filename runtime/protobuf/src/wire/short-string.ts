/** Maximum number of bytes for `shortString`. */
export const SHORT = 24;

const char = String.fromCharCode;

/**
 * The string of n bytes at p, or undefined if one of them is not ASCII. One call with all bytes costs half as much as a
 * window for a single string (bench: bytes). Each length returns by itself: where lengths met again, the engine would move
 * all bytes to one place (bench: order).
 */
// biome-ignore format: a length a line
export function shortString(b: Uint8Array, p: number, n: number): string | undefined {
  let x = 0;
  const c0 = b[p]!; x |= c0; if (n === 1) return x > 127 ? undefined : char(c0);
  const c1 = b[p + 1]!; x |= c1; if (n === 2) return x > 127 ? undefined : char(c0, c1);
  const c2 = b[p + 2]!; x |= c2; if (n === 3) return x > 127 ? undefined : char(c0, c1, c2);
  const c3 = b[p + 3]!; x |= c3; if (n === 4) return x > 127 ? undefined : char(c0, c1, c2, c3);
  const c4 = b[p + 4]!; x |= c4; if (n === 5) return x > 127 ? undefined : char(c0, c1, c2, c3, c4);
  const c5 = b[p + 5]!; x |= c5; if (n === 6) return x > 127 ? undefined : char(c0, c1, c2, c3, c4, c5);
  const c6 = b[p + 6]!; x |= c6; if (n === 7) return x > 127 ? undefined : char(c0, c1, c2, c3, c4, c5, c6);
  const c7 = b[p + 7]!; x |= c7; if (n === 8) return x > 127 ? undefined : char(c0, c1, c2, c3, c4, c5, c6, c7);
  const c8 = b[p + 8]!; x |= c8; if (n === 9) return x > 127 ? undefined : char(c0, c1, c2, c3, c4, c5, c6, c7, c8);
  const c9 = b[p + 9]!; x |= c9; if (n === 10) return x > 127 ? undefined : char(c0, c1, c2, c3, c4, c5, c6, c7, c8, c9);
  const c10 = b[p + 10]!; x |= c10; if (n === 11) return x > 127 ? undefined : char(c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10);
  const c11 = b[p + 11]!; x |= c11; if (n === 12) return x > 127 ? undefined : char(c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11);
  const c12 = b[p + 12]!; x |= c12; if (n === 13) return x > 127 ? undefined : char(c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12);
  const c13 = b[p + 13]!; x |= c13; if (n === 14) return x > 127 ? undefined : char(c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13);
  const c14 = b[p + 14]!; x |= c14; if (n === 15) return x > 127 ? undefined : char(c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14);
  const c15 = b[p + 15]!; x |= c15; if (n === 16) return x > 127 ? undefined : char(c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15);
  const c16 = b[p + 16]!; x |= c16; if (n === 17) return x > 127 ? undefined : char(c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15, c16);
  const c17 = b[p + 17]!; x |= c17; if (n === 18) return x > 127 ? undefined : char(c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15, c16, c17);
  const c18 = b[p + 18]!; x |= c18; if (n === 19) return x > 127 ? undefined : char(c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15, c16, c17, c18);
  const c19 = b[p + 19]!; x |= c19; if (n === 20) return x > 127 ? undefined : char(c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15, c16, c17, c18, c19);
  const c20 = b[p + 20]!; x |= c20; if (n === 21) return x > 127 ? undefined : char(c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15, c16, c17, c18, c19, c20);
  const c21 = b[p + 21]!; x |= c21; if (n === 22) return x > 127 ? undefined : char(c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15, c16, c17, c18, c19, c20, c21);
  const c22 = b[p + 22]!; x |= c22; if (n === 23) return x > 127 ? undefined : char(c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15, c16, c17, c18, c19, c20, c21, c22);
  const c23 = b[p + 23]!; x |= c23; if (n === 24) return x > 127 ? undefined : char(c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15, c16, c17, c18, c19, c20, c21, c22, c23);
  return "";
}
