/** A process that checks messages with one library. It is told what to do by its parent. */
import { payloads } from "./payloads.mjs";

/** Answers requests of the parent. `subjects` has for each payload how to parse a message, to check it and to count. */
export function work(subjects) {
  const cases = subjects.map((subject, i) => {
    const { valid, break: damage } = payloads[i];
    const broken = subject.parse(valid);
    damage(broken);
    return { ...subject, messages: { valid: subject.parse(valid), invalid: broken } };
  });
  process.on("message", ({ action, payload, kind, seconds }) => {
    const { messages, check, run } = cases[payload];
    if (action === "check") return void process.send(check(messages[kind]));
    process.send(rateOf(() => run(messages[kind]), seconds));
  });
}

/** The calls for each second of CPU time. */
function rateOf(call, seconds) {
  let calls = 0;
  let sum = 0;
  const start = process.cpuUsage();
  for (;;) {
    for (let i = 0; i < 200; i++) sum += call();
    calls += 200;
    const { user, system } = process.cpuUsage(start);
    const used = (user + system) / 1e6;
    if (used >= seconds) return { rate: calls / used, sum };
  }
}
