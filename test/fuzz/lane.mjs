import { parentPort, workerData } from "node:worker_threads";
import { loadBothForms } from "./classes.mjs";
import { createInput } from "./inputs.mjs";
import { createTextInput, readJsonTypes } from "./json/inputs.mjs";
import { loadTextSubject } from "./json/subject.mjs";
import { minimise, minimiseText } from "./minimise.mjs";
import { startOracle, VERDICT } from "./oracle.mjs";
import { readTestTypes } from "./schema.mjs";
import { hexOf, loadSubject } from "./subject.mjs";
import { createSweep } from "./sweep.mjs";

/**
 * A worker thread that fuzzes: it makes inputs, decodes them with our classes and has a Python process of its own judge
 * the outcome; or makes JSON texts and has them read in all ways that there are. It answers { run: [first, end] } with
 * { counts, differences, findings }, { texts: [first, end] } with { texts, findings }, and { minimise: finding } with a
 * smaller finding of the same kind. `current` is shared with the main thread: the index of the input being decoded,
 * so that a hang or a crash can be traced to it.
 */
const { provisions, seed, current } = workerData;
const BATCH = 200;
/** More than this in array buffers after a batch of small inputs: something was allocated by a length it read. */
const BUFFER_LIMIT = 512 * 1024 * 1024;

Error.stackTraceLimit = 3; // Half of the inputs are rejected, and nobody reads where.

const types = readTestTypes(provisions.descriptorSet);
const typeNames = types.map((shape) => shape.typeName);
const sweep = createSweep(types);
const classes = await loadBothForms(provisions);
const subject = await loadSubject(classes, types);
const jsonTypes = readJsonTypes(provisions.descriptorSet);
const examineText = await loadTextSubject(classes, jsonTypes);
const oracle = await startOracle(provisions, typeNames);
parentPort.on("message", async (request) => parentPort.postMessage(await handle(request)));
parentPort.postMessage({ ready: { sweep: sweep.length, types: types.length, ...oracle.introduction } });

function handle(request) {
  if (request.run) return run(...request.run);
  if (request.texts) return runTexts(...request.texts);
  if (request.minimise.text !== undefined) return minimiseText(request.minimise, findingsOfText);
  return minimise(request.minimise, async (type, candidates) => {
    const { examined, verdicts } = await judge(candidates.map((bytes) => ({ type, bytes, trail: [] })));
    return examined.map((input, i) => findingsOf(input, verdicts[i]));
  });
}

/** Runs the inputs from `first` to before `end`. While Python judges one batch, the next one is made. */
async function run(first, end) {
  const result = { counts: [0, 0, 0, 0, 0], differences: {}, findings: [] };
  let judged = Promise.resolve();
  for (let start = first; start < end; start += BATCH) {
    const indexes = Array.from({ length: Math.min(BATCH, end - start) }, (_, i) => start + i);
    const examined = indexes.map((index) => examine(inputAt(index), index));
    checkMemory(examined, result);
    await judged;
    judged = oracle.judge(examined).then((verdicts) => collect(result, examined, verdicts));
  }
  await judged;
  return result;
}

/** The same for JSON texts. */
function runTexts(first, end) {
  const result = { texts: { read: 0, accepted: 0, compared: 0 }, findings: [] };
  for (let index = first; index < end; index++) {
    current[0] = index;
    const input = createTextInput(jsonTypes, seed, index);
    const { isAccepted, isComparable, findings } = findingsOfText({ ...input, index });
    current[0] = -1;
    result.texts.read++;
    result.texts.accepted += isAccepted;
    result.texts.compared += isComparable;
    result.findings.push(...findings);
  }
  return result;
}

function findingsOfText(input) {
  const { problems, ...outcome } = examineText(input);
  return { ...outcome, findings: problems.map((problem) => ({ ...input, ...problem })) };
}

function inputAt(index) {
  return index < sweep.length ? sweep[index] : createInput(types, seed, index);
}

function examine({ type, bytes, trail }, index) {
  current[0] = index;
  const examined = { ...subject.examine(type, bytes), index, type, input: bytes, trail };
  current[0] = -1;
  return examined;
}

async function judge(inputs) {
  const examined = inputs.map((input) => examine(input, -1));
  return { examined, verdicts: await oracle.judge(examined) };
}

function collect(result, examined, verdicts) {
  for (const [i, { verdict, detail }] of verdicts.entries()) {
    result.counts[verdict]++;
    for (const name of verdict === VERDICT.expected ? detail.differences : []) {
      result.differences[name] = (result.differences[name] ?? 0) + 1;
    }
    result.findings.push(...findingsOf(examined[i], verdicts[i]));
  }
}

/** The problem of an input: upb disagrees, a valid message was rejected, or a promise is broken. */
function findingsOf({ index, type, input, trail, error, problems }, { verdict, detail }) {
  const about = { index, type, typeName: typeNames[type], input: hexOf(input), trail };
  const findings = problems.map(({ kind, detail }) => ({ ...about, kind, detail }));
  if (verdict === VERDICT.diverged) findings.push({ ...about, kind: detail.kind, detail: { ...detail, error } });
  if (verdict === VERDICT.bothReject && trail.length === 0 && index >= 0) {
    findings.push({ ...about, kind: "a valid message is rejected", detail: error });
  }
  return findings;
}

function checkMemory(examined, result) {
  const { arrayBuffers } = process.memoryUsage();
  if (arrayBuffers < BUFFER_LIMIT) return;
  const largest = examined.toSorted((a, b) => b.input.length - a.input.length)[0];
  const detail = `${(arrayBuffers / 1048576).toFixed(0)} MB in array buffers after the inputs from ${examined[0].index} on`;
  result.findings.push({
    ...findingsOf(largest, { verdict: VERDICT.sameBytes })[0],
    index: examined[0].index,
    kind: "memory",
    detail,
  });
}
