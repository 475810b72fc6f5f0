/** Code without the parentheses around all of it. */
export function bare(code: string): string {
  return isEnclosed(code) ? code.slice(1, -1) : code;
}

/** Code that is one operand, whichever operator stands beside it. */
export function enclosed(code: string): string {
  return hasOperator(code) ? `(${code})` : code;
}

/** The opposite of a condition. It may have an operator outside of all parentheses. */
export function negated(code: string): string {
  const outer = tokens(bare(code)).filter(({ depth, text }) => depth === 0 && operator.test(text));
  const [only] = outer;
  if (outer.length === 1 && (only!.text === "===" || only!.text === "!==")) {
    const at = only!.index;
    return `${bare(code).slice(0, at)}${only!.text === "===" ? "!" : "="}${bare(code).slice(at + 1)}`;
  }
  if (!code.startsWith("!")) return isEnclosed(code) || !hasOperator(code) ? `!${code}` : `!(${code})`;
  const rest = code.slice(1);
  return isEnclosed(rest) || !hasOperator(rest) ? bare(rest) : `!(${code})`;
}

/** An operand of `&&` and `||`: only another logical operator needs its parentheses. */
export function operand(code: string): string {
  const inner = bare(code);
  return inner === code || tokens(inner).some(({ depth, text }) => depth === 0 && /^(?:[&|?]{2}|\?|=>)$/.test(text))
    ? code
    : inner;
}

/** Whether the first parenthesis is closed by the last. */
function isEnclosed(code: string): boolean {
  const all = tokens(code);
  return (
    all[0]?.text === "(" && all.every(({ depth }, i) => depth > 0 || i === all.length - 1) && all.at(-1)!.text === ")"
  );
}

/** Whether there is an operator outside of all parentheses. */
function hasOperator(code: string): boolean {
  return tokens(code).some(({ depth, text }) => depth === 0 && operator.test(text));
}

const operator = /^[-+*/%<>=!&|?:]+$/;

interface Token {
  readonly text: string;
  readonly index: number;
  /** The number of parentheses, brackets and braces that are open after it. */
  readonly depth: number;
}

/** The tokens of our own code: texts, names with what belongs to them, operators and parentheses. */
function tokens(code: string): Token[] {
  let depth = 0;
  return Array.from(
    code.matchAll(/"(?:[^"\\]|\\.)*"|[()[\]{}]|[-+*/%<>=!&|?:]+|[^\s"()[\]{}\-+*/%<>=!&|?:]+/g),
    ({ 0: text, index }) => {
      if (/^[([{]$/.test(text)) depth++;
      else if (/^[)\]}]$/.test(text)) depth--;
      return { text, index, depth };
    },
  );
}
