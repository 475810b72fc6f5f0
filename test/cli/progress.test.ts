import { expect, test } from "@jest/globals";
import { createProgress } from "../../cli/src/progress.js";

function recorded(isTTY: boolean) {
  const lines: string[] = [];
  let time = 0;
  const progress = createProgress({ isTTY, write: (text) => lines.push(text) }, () => time);
  return { lines, progress, at: (milliseconds: number) => (time = milliseconds) };
}

test("a progress line comes after a second, not too often, and is gone in the end", () => {
  const { lines, progress, at } = recorded(true);
  progress.update("message 1");
  for (const time of [999, 1000, 1050, 1100]) {
    at(time);
    progress.update(`message ${time}`);
  }
  progress.end();
  expect(lines).toEqual([
    "\r\u001b[Kprotoloom check: message 1000 …",
    "\r\u001b[Kprotoloom check: message 1100 …",
    "\r\u001b[K",
  ]);
});

test("a step that starts a compiler is shown at once", () => {
  const { lines, progress } = recorded(true);
  progress.start("compiling proto");
  expect(lines).toEqual(["\r\u001b[Kprotoloom check: compiling proto …"]);
});

test("a quick check shows none, nor does one whose output goes to a file", () => {
  const quick = recorded(true);
  quick.progress.update("message 1");
  quick.progress.end();
  const file = recorded(false);
  file.progress.start("compiling proto");
  file.progress.end();
  expect([quick.lines, file.lines]).toEqual([[], []]);
});
