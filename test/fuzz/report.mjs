import { VERDICT } from "./oracle.mjs";

/** How many findings of one kind are kept: a bug in a common path has hundreds of thousands. */
const KEPT_PER_KIND = 20;

/** The results of a run so far, and how they are printed. */
export class Report {
  counts = [0, 0, 0, 0, 0];
  texts = { read: 0, accepted: 0, compared: 0 };
  differences = {};
  kinds = new Map();
  fatal = false;
  start = Date.now();
  printed = 0;

  constructor(run) {
    this.run = run;
    console.log(
      `fuzz: seed ${run.seed}, ${format(run.runs)} inputs (the first ${format(run.sweep)} are the same in every run) for ${run.types} message types,`,
    );
    console.log(
      `      against the Python runtime ${run.version} (${run.implementation}), and ${format(run.texts)} JSON texts`,
    );
  }

  add({ counts = [], differences = {}, texts = {}, findings }) {
    for (const [verdict, count] of counts.entries()) this.counts[verdict] += count;
    for (const [name, count] of Object.entries(differences))
      this.differences[name] = (this.differences[name] ?? 0) + count;
    for (const [name, count] of Object.entries(texts)) this.texts[name] += count;
    for (const finding of findings) this.addFinding(finding);
    this.printProgress();
  }

  addFinding(finding) {
    const key = `${finding.kind}${reasonOf(finding)}`;
    const kind = this.kinds.get(key) ?? { count: 0, findings: [] };
    this.kinds.set(key, kind);
    kind.count++;
    if (kind.findings.length < KEPT_PER_KIND) kind.findings.push(finding);
    this.fatal ||= finding.fatal;
  }

  printProgress() {
    const done = sum(this.counts) + this.texts.read;
    const step = Math.floor(done / 100_000);
    if (step === this.printed) return;
    this.printed = step;
    console.log(`${format(done).padStart(11)} inputs in ${this.seconds()} s, ${this.found()} findings`);
  }

  /** Prints the smallest findings of each kind, made smaller still. */
  async printFindings(minimise, shown) {
    for (const [key, { count, findings }] of this.kinds) {
      console.log(`\n${key} (${format(count)} times)`);
      const smallest = findings.toSorted((a, b) => sizeOf(a) - sizeOf(b)).slice(0, shown);
      for (const finding of smallest) printFinding(finding.fatal ? finding : await minimise(finding), this.run.seed);
    }
  }

  /** Prints the totals; returns whether there is nothing to explain. */
  printSummary() {
    const { counts, texts } = this;
    const accepted = counts[VERDICT.sameBytes] + counts[VERDICT.sameMessage];
    const expected = counts[VERDICT.expected];
    console.log(`\n${format(sum(counts))} inputs in ${this.seconds()} s, seed ${this.run.seed}:`);
    console.log(`  ${format(counts[VERDICT.bothReject])} rejected by both`);
    console.log(
      `  ${format(accepted)} accepted by both, ${format(counts[VERDICT.sameBytes])} of them with the same bytes`,
    );
    console.log(`  ${format(expected)} with a documented difference`);
    for (const [name, count] of Object.entries(this.differences)) {
      console.log(`    ${format(count)} × ${name}: ${this.run.differences[name]}`);
    }
    console.log(
      `  ${format(texts.read)} JSON texts, ${format(texts.accepted)} of them accepted, ${format(texts.compared)} by protobuf-es too`,
    );
    console.log(`  ${format(counts[VERDICT.diverged])} unexplained divergences`);
    console.log(`  ${format(this.found() - counts[VERDICT.diverged])} broken promises`);
    return this.found() === 0;
  }

  found() {
    return sum([...this.kinds.values()].map(({ count }) => count));
  }

  seconds() {
    return Math.round((Date.now() - this.start) / 1000);
  }
}

function sizeOf({ input, text }) {
  return (input ?? text).length;
}

function printFinding({ index, typeName, input, text, trail, kind, detail }, seed) {
  const only = text === undefined ? "--only" : "--only-text";
  console.log(`  --seed ${seed} ${only} ${index}  ${typeName}  (${trail.join(", ") || "unchanged"})`);
  console.log(`    input  ${input ?? JSON.stringify(text)}`);
  const lines = typeof detail === "string" ? { [kind]: detail } : detail;
  for (const [side, text] of Object.entries(lines))
    if (text && side !== "kind") console.log(`    ${side.padEnd(6)} ${text}`);
}

/** Our reason for rejecting tells kinds of divergence apart; paths and numbers in it do not. */
function reasonOf({ detail }) {
  const reason = detail?.error?.split(": ").at(-1).replace(/\d+/g, "N");
  return reason ? ` (${reason})` : "";
}

function sum(numbers) {
  return numbers.reduce((total, n) => total + n, 0);
}

function format(n) {
  return n.toLocaleString("en-US");
}
