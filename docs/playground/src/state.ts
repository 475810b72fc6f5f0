/** The content of the page, the view of it, and the worker between them. */
import { effect, type Signal, signal } from "@preact/signals";
import { example } from "./example.js";
import type { Answer, Inputs, Question, View } from "./protocol.js";
import { fragmentOf, sharedIn } from "./share.js";

export const inputs: Signal<Inputs> = signal(example.inputs);
export const view: Signal<View> = signal(example.view);
/** The latest answer. Undefined until the compiler has been loaded. */
export const answer: Signal<Answer | undefined> = signal(undefined);
/** Whether a question is open. */
export const isWorking: Signal<boolean> = signal(true);

/** Changes some of what is typed. */
export function change(changed: Partial<Inputs>): void {
  inputs.value = { ...inputs.peek(), ...changed };
}

/** The address of the page as it is now. */
export async function addressNow(): Promise<string> {
  const fragment = await fragmentOf({ view: view.peek(), inputs: inputs.peek() });
  history.replaceState(undefined, "", fragment);
  return location.href;
}

/** How long to wait, after a key, for the next one: in milliseconds. */
const PAUSE = 200;

/** Takes what the address holds, and asks the worker whenever something has changed. */
export async function start(worker: Worker): Promise<void> {
  await takeAddress();
  addEventListener("hashchange", () => void takeAddress());
  let id = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  worker.addEventListener("message", ({ data }: MessageEvent<Answer>) => {
    if (data.id !== id) return; // something has changed since
    answer.value = data;
    isWorking.value = false;
  });
  worker.addEventListener("error", ({ message }) => {
    const problem = { severity: "error", file: "", line: 1, column: 1, message } as const;
    answer.value = { id, problems: [problem], previousProblems: [] };
    isWorking.value = false;
  });
  effect(() => {
    const question: Question = { id: ++id, view: view.value, inputs: inputs.value };
    clearTimeout(timer);
    isWorking.value = true;
    timer = setTimeout(() => worker.postMessage(question), PAUSE);
  });
}

async function takeAddress(): Promise<void> {
  const shared = await sharedIn(location.hash, example);
  if (shared === undefined) return;
  inputs.value = shared.inputs;
  view.value = shared.view;
}
