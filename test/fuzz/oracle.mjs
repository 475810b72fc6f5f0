import { spawn } from "node:child_process";
import { join } from "node:path";

/** Verdicts of oracle.py, in the order of their codes. */
export const VERDICT = { bothReject: 0, sameBytes: 1, sameMessage: 2, expected: 3, diverged: 4 };

/**
 * Starts the official Python runtime as the judge of our decoder. Returns what it says about itself, and
 * `judge(cases)`, which resolves to one { verdict, detail } per case { type, outcome, input, output }.
 */
export async function startOracle({ python, descriptorSet }, typeNames) {
  const script = join(import.meta.dirname, "oracle.py");
  const child = spawn(python.command, ["-B", script, descriptorSet], {
    env: { ...process.env, ...python.env },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const frames = readFrames(child);
  const introduction = JSON.parse((await frames.next()).toString());
  if (introduction.implementation !== "upb") {
    child.kill();
    throw new Error(
      `protobuf ${introduction.version} runs as "${introduction.implementation}" in ${python.command}: fuzzing compares with upb`,
    );
  }
  writeFrame(child.stdin, Buffer.from(JSON.stringify(typeNames)));
  return {
    introduction,
    async judge(cases) {
      writeFrame(child.stdin, Buffer.concat(cases.flatMap(encodeCase)));
      return decodeVerdicts(await frames.next(), cases.length);
    },
    stop: () => child.stdin.end(),
  };
}

function encodeCase({ type, outcome, input, output }) {
  const head = Buffer.alloc(7);
  head.writeUInt16LE(type, 0);
  head.writeUInt8(outcome, 2);
  head.writeUInt32LE(input.length, 3);
  const middle = Buffer.alloc(4);
  middle.writeUInt32LE(output.length);
  return [head, input, middle, output];
}

function decodeVerdicts(answer, count) {
  const details = JSON.parse(answer.subarray(count).toString());
  return Array.from(answer.subarray(0, count), (verdict, index) => ({ verdict, detail: details[index] }));
}

function writeFrame(stream, content) {
  const head = Buffer.alloc(4);
  head.writeUInt32LE(content.length);
  stream.write(head);
  stream.write(content);
}

/** Cuts the child's output into frames; `next` waits for one, and fails when the child ends instead. */
function readFrames(child) {
  let received = Buffer.alloc(0);
  let failure;
  const waiting = [];
  const fail = (error) => {
    failure ??= error;
    for (const { reject } of waiting.splice(0)) reject(failure);
  };
  const serve = () => {
    while (waiting.length > 0 && received.length >= 4 && received.length >= 4 + received.readUInt32LE()) {
      const end = 4 + received.readUInt32LE();
      waiting.shift().resolve(received.subarray(4, end));
      received = received.subarray(end);
    }
  };
  child.on("error", fail);
  child.stdin.on("error", fail);
  child.on("close", (code) => fail(new Error(`the Python process ended with code ${code}`)));
  child.stdout.on("data", (chunk) => {
    received = Buffer.concat([received, chunk]);
    serve();
  });
  return {
    next: () =>
      new Promise((resolve, reject) => {
        if (failure) return reject(failure);
        waiting.push({ resolve, reject });
        serve();
      }),
  };
}
