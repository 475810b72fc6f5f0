/**
 * The turns of the event loop, by wall time and by CPU: a timer fires once a turn, and late if the turn is long. On a busy machine, the
 * wall time of a turn has in it the time in which another process had the core, and its CPU time has not.
 */
export class Turns {
  #wall = [];
  #cpu = [];

  constructor() {
    let [at, used] = [performance.now(), process.cpuUsage()];
    setInterval(() => {
      const { user, system } = process.cpuUsage(used);
      this.#wall.push(performance.now() - at);
      this.#cpu.push((user + system) / 1000);
      [at, used] = [performance.now(), process.cpuUsage()];
    }, 1).unref();
  }

  /** Milliseconds since the last report. */
  report() {
    const sorted = [this.#wall, this.#cpu].map((times) => times.sort((a, b) => a - b));
    const [wall, cpu] = sorted.map((times) => ({
      p99: times[Math.floor(times.length * 0.99)] ?? 0,
      longest: times.at(-1) ?? 0,
    }));
    this.#wall = [];
    this.#cpu = [];
    return { wall, cpu };
  }
}
