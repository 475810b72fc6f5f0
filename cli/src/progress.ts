/** The destination of a progress line: standard error. */
export interface Terminal {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** A line that shows the current step and is erased at the end. */
export interface Progress {
  /** Shows a step at once. For a step that blocks this process. */
  start(step: string): void;
  /** Shows a step once it takes longer than a second. Updates are throttled. */
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
