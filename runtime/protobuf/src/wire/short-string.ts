/** Maximum number of bytes for `shortString`. */
export const SHORT = 24;

const char = String.fromCharCode;

/**
 * The string of n bytes at p, or undefined if one of them is not ASCII. One call with all bytes costs half as much as a
 * window for a single string (bench: bytes).
 */
// biome-ignore format: a byte a line, a length a line
export function shortString(b: Uint8Array, p: number, n: number): string | undefined {
  let c0 = 0, c1 = 0, c2 = 0, c3 = 0, c4 = 0, c5 = 0, c6 = 0, c7 = 0, c8 = 0, c9 = 0, c10 = 0, c11 = 0;
  let c12 = 0, c13 = 0, c14 = 0, c15 = 0, c16 = 0, c17 = 0, c18 = 0, c19 = 0, c20 = 0, c21 = 0, c22 = 0, c23 = 0;
  // biome-ignore lint/suspicious/noConfusingLabels: a switch that falls through from long to short is refused by the compiler
  load: {
    c0 = b[p]!; if (n === 1) break load;
    c1 = b[p + 1]!; if (n === 2) break load;
    c2 = b[p + 2]!; if (n === 3) break load;
    c3 = b[p + 3]!; if (n === 4) break load;
    c4 = b[p + 4]!; if (n === 5) break load;
    c5 = b[p + 5]!; if (n === 6) break load;
    c6 = b[p + 6]!; if (n === 7) break load;
    c7 = b[p + 7]!; if (n === 8) break load;
    c8 = b[p + 8]!; if (n === 9) break load;
    c9 = b[p + 9]!; if (n === 10) break load;
    c10 = b[p + 10]!; if (n === 11) break load;
    c11 = b[p + 11]!; if (n === 12) break load;
    c12 = b[p + 12]!; if (n === 13) break load;
    c13 = b[p + 13]!; if (n === 14) break load;
    c14 = b[p + 14]!; if (n === 15) break load;
    c15 = b[p + 15]!; if (n === 16) break load;
    c16 = b[p + 16]!; if (n === 17) break load;
    c17 = b[p + 17]!; if (n === 18) break load;
    c18 = b[p + 18]!; if (n === 19) break load;
    c19 = b[p + 19]!; if (n === 20) break load;
    c20 = b[p + 20]!; if (n === 21) break load;
    c21 = b[p + 21]!; if (n === 22) break load;
    c22 = b[p + 22]!; if (n === 23) break load;
    c23 = b[p + 23]!;
  }
  if ((c0 | c1 | c2 | c3 | c4 | c5 | c6 | c7 | c8 | c9 | c10 | c11) > 127) return undefined;
  if ((c12 | c13 | c14 | c15 | c16 | c17 | c18 | c19 | c20 | c21 | c22 | c23) > 127) return undefined;
  switch (n) {
    case 1: return char(c0);
    case 2: return char(c0, c1);
    case 3: return char(c0, c1, c2);
    case 4: return char(c0, c1, c2, c3);
    case 5: return char(c0, c1, c2, c3, c4);
    case 6: return char(c0, c1, c2, c3, c4, c5);
    case 7: return char(c0, c1, c2, c3, c4, c5, c6);
    case 8: return char(c0, c1, c2, c3, c4, c5, c6, c7);
    case 9: return char(c0, c1, c2, c3, c4, c5, c6, c7, c8);
    case 10: return char(c0, c1, c2, c3, c4, c5, c6, c7, c8, c9);
    case 11: return char(c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10);
    case 12: return char(c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11);
    case 13: return char(c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12);
    case 14: return char(c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13);
    case 15: return char(c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14);
    case 16: return char(c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15);
    case 17: return char(c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15, c16);
    case 18: return char(c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15, c16, c17);
    case 19: return char(c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15, c16, c17, c18);
    case 20: return char(c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15, c16, c17, c18, c19);
    case 21: return char(c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15, c16, c17, c18, c19, c20);
    case 22: return char(c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15, c16, c17, c18, c19, c20, c21);
    case 23: return char(c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15, c16, c17, c18, c19, c20, c21, c22);
    case 24: return char(c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15, c16, c17, c18, c19, c20, c21, c22, c23);
  }
  return "";
}
