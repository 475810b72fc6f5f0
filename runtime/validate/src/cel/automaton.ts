// The digits of states in the text of a table, as the generator writes them
const FIRST_DIGIT = 35;
const BASE = 57;
const ASCII = 128;

/** A pattern as a deterministic automaton, which the generator has made of it: it takes one step for each character. */
export class Automaton {
  /** The classes of characters: the first code point of each range, then its class. */
  private readonly bounds: readonly number[];
  private readonly text: string;
  private readonly states: number;
  private readonly start: number;
  private readonly firstAccepting: number;
  private classes = 0;
  /** The classes of ASCII. They and the table are read when the pattern is first used. */
  private ascii: Uint8Array | undefined;
  private table: Uint16Array = none;

  constructor(bounds: readonly number[], text: string, states: number, start: number, firstAccepting: number) {
    this.bounds = bounds;
    this.text = text;
    this.states = states;
    this.start = start;
    this.firstAccepting = firstAccepting;
  }

  /** Whether the pattern matches anywhere in the text. */
  test(text: string): boolean {
    const ascii = this.ascii ?? this.read();
    const { table, classes } = this;
    let state = this.start;
    for (let i = 0; i < text.length; i++) {
      if (state < 2) return state === 1;
      let code = text.charCodeAt(i);
      if (code >= ASCII) {
        code = text.codePointAt(i)!;
        if (code > 0xffff) i++;
        state = table[state * classes + this.classOf(code)]!;
      } else state = table[state * classes + ascii[code]!]!;
    }
    return state === 1 || (state > 1 && state >= this.firstAccepting);
  }

  private read(): Uint8Array {
    const width = this.states > BASE ? 2 : 1;
    const table = new Uint16Array(this.text.length / width);
    for (let i = 0; i < this.text.length; i++) {
      const entry = Math.floor(i / width);
      table[entry] = table[entry]! * BASE + this.text.charCodeAt(i) - FIRST_DIGIT;
    }
    this.table = table;
    this.classes = table.length / this.states;
    this.ascii = Uint8Array.from({ length: ASCII }, (_, code) => this.classOf(code));
    return this.ascii;
  }

  private classOf(code: number): number {
    let low = 0;
    let high = this.bounds.length / 2 - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.bounds[2 * middle]! <= code) low = middle;
      else high = middle - 1;
    }
    return this.bounds[2 * low + 1]!;
  }
}

const none = new Uint16Array(0);

/** Declares an automaton. */
export function automaton(...args: ConstructorParameters<typeof Automaton>): Automaton {
  return new Automaton(...args);
}
