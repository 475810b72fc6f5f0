/** The verdict of independent decoders on each case. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { providePython } from "../../python.mjs";
import { judgeWithProtobufEs } from "./es.mjs";

/**
 * The truth, as { case: { surface: { direction: { data, why } } } }: a break is one that upb sees, or (on JSON) protobuf-es.
 * `samples` is the number of random messages for each type and direction.
 */
export function judge(cases, images, { samples: count }) {
  const files = Object.fromEntries(
    cases.map(({ id, before, after }) => [id, [...new Set([...Object.keys(before), ...Object.keys(after)])]]),
  );
  const { verdicts, samples } = upb(images, String(count), files);
  const second = judgeWithProtobufEs(readFileSync(images.before), readFileSync(images.after), samples);
  const messages = Object.values(samples).reduce((sum, list) => sum + list.length, 0);
  let apart = 0;
  for (const { id } of cases) {
    for (const surface of ["json", "json-strict"]) {
      for (const [direction, found] of Object.entries(second[id][surface] ?? {})) {
        if (verdicts[id][surface]?.[direction] === undefined) {
          apart++;
          verdicts[id][surface] ??= {};
          verdicts[id][surface][direction] = { ...found, judge: "protobuf-es" };
        }
      }
    }
    const binary = (verdict) =>
      Object.keys(verdict.binary ?? {})
        .filter((direction) => direction !== "proxy")
        .sort()
        .join();
    if (binary(verdicts[id]) !== binary(second[id])) apart++;
  }
  const note = `${messages} messages of upb, read by upb and by protobuf-es; the judges differ on ${apart} of ${cases.length} cases`;
  return { truth: verdicts, note };
}

/** How upb reads our binary witnesses: the failure of each, or null. */
export function replay(witnesses, images) {
  const list = witnesses.map(({ direction, writer, message, data, types }) => {
    const { previous, next } = types ?? { previous: message, next: message };
    return [direction, writer, previous, next, data];
  });
  return list.length === 0 ? [] : upb(images, "replay", list);
}

function upb(images, what, input) {
  const { command, env } = providePython();
  const result = spawnSync(command, [join(import.meta.dirname, "upb.py"), images.before, images.after, what], {
    env: { ...process.env, ...env },
    input: JSON.stringify(input),
    encoding: "utf8",
    maxBuffer: 1 << 30,
  });
  if (result.status !== 0) throw new Error(`upb.py failed: ${result.error?.message ?? result.stderr}`);
  return JSON.parse(result.stdout);
}
