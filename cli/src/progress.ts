/** The destination of a progress line: standard error. */
export interface Terminal {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** One line that says what is being done, and that is erased at the end. */
export interface Progress {
  /** Shown at once, for a step that starts a process and blocks this one. */
  start(step: string): void;
  /** Shown once the step takes longer than a second, and not too often. */
  update(step: string): void;
  end(): void;
}

const PATIENCE = 1000;
const PAUSE = 100;
const CLEAR = "\r\u001b[K";

/** Writes nothing unless the output is a terminal. `now` counts milliseconds. */
export function createProgress(terminal: Terminal, now: () => number = () => performance.now()): Progress {
  if (terminal.isTTY !== true) return { start() {}, update() {}, end() {} };
  const start = now();
  let last = Number.NEGATIVE_INFINITY;
  const show = (step: string): void => {
    last = now();
    terminal.write(`${CLEAR}protoloom check: ${step} …`);
  };
  return {
    start: show,
    update(step) {
      if (now() - start >= PATIENCE && now() - last >= PAUSE) show(step);
    },
    end() {
      if (last !== Number.NEGATIVE_INFINITY) terminal.write(CLEAR);
    },
  };
}
