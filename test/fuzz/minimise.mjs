/** How many candidates are tried at once: each attempt is a round trip to Python. */
const ATTEMPTS = 50;
/** Round trips for one finding: what is small enough by then is small enough. */
const ROUNDS = 150;

/**
 * Makes the input of a finding smaller as long as it shows the same kind of finding: takes out ever smaller parts, then
 * zeroes single bytes. `find(type, inputs)` resolves to the findings of each input.
 */
export async function minimise(finding, find) {
  let best = finding;
  let rounds = 0;
  const reduce = async (step, change) => {
    for (let at = 0; at < bytesOf(best).length && rounds < ROUNDS; rounds++) {
      const bytes = bytesOf(best);
      const starts = Array.from({ length: ATTEMPTS }, (_, i) => at + i * step).filter((start) => start < bytes.length);
      const found = await find(
        finding.type,
        starts.map((start) => change(bytes, start, step)),
      );
      const hit = found.findIndex((findings, i) => same(findings) && !bytes.equals(change(bytes, starts[i], step)));
      if (hit < 0) at += ATTEMPTS * step;
      else {
        best = { ...same(found[hit]), index: finding.index, trail: finding.trail };
        at = starts[hit];
      }
    }
  };
  const same = (findings) => findings.find(({ kind }) => kind === finding.kind);
  for (let size = bytesOf(best).length; size >= 1; size = Math.floor(size / 2)) await reduce(size, without);
  await reduce(1, without);
  await reduce(1, zeroed);
  return best;
}

function bytesOf(finding) {
  return Buffer.from(finding.input, "hex");
}

function without(bytes, start, size) {
  return Buffer.concat([bytes.subarray(0, start), bytes.subarray(start + size)]);
}

function zeroed(bytes, start) {
  return Buffer.from(bytes).fill(0, start, start + 1);
}

/** The same for a finding about JSON text: takes out ever smaller parts. `find(input)` returns { findings }. */
export function minimiseText(finding, find) {
  let best = finding;
  for (let size = best.text.length >> 1; size >= 1; size >>= 1) {
    for (let at = 0; at < best.text.length; ) {
      const text = best.text.slice(0, at) + best.text.slice(at + size);
      const smaller = find({ ...best, text, isValid: false }).findings.find(({ kind }) => kind === finding.kind);
      if (smaller === undefined) at += size;
      else best = smaller;
    }
  }
  return best;
}
