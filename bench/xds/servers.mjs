/** The servers. Each is a process that prints its port and reads one line per change. */
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { root } from "../../scripts/run.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));

export function ourServer() {
  return started(process.execPath, [join(here, "server.mjs")]);
}

/** Our server with 1,000 services of so many endpoints. */
export function scaleServer(endpoints) {
  return started(process.execPath, [join(here, "scale-server.mjs"), String(endpoints)]);
}

/** A whole control plane in memory. */
export function ourControlPlane() {
  return started(process.execPath, [join(here, "control-plane.mjs")]);
}

export function goServer() {
  const folder = join(root, ".cache/bench/xds");
  const binary = join(folder, "server");
  if (!existsSync(binary)) {
    mkdirSync(folder, { recursive: true });
    execFileSync("go", ["build", "-o", binary, "."], { cwd: join(here, "go"), stdio: "inherit" });
  }
  return started(binary, []);
}

async function started(command, args) {
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const port = Number((await lines.next()).value);
  const status = (name) =>
    Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1]);
  return {
    port,
    change: () => child.stdin.write("\n"),
    /** Milliseconds of CPU so far, in user and system mode: fields 14 and 15 of proc(5), in hundredths of a second. */
    async cpu() {
      const fields = readFileSync(`/proc/${child.pid}/stat`, "utf8").split(") ")[1].split(" ");
      return (Number(fields[11]) + Number(fields[12])) * 10;
    },
    rss: async () => status("VmRSS") * 1024,
    peak: async () => status("VmHWM") * 1024,
    /** The JSON that it answers to a line. */
    async ask(line) {
      child.stdin.write(`${line}\n`);
      return JSON.parse((await lines.next()).value);
    },
    async stop() {
      const closed = new Promise((resolve) => child.on("close", resolve));
      child.kill("SIGKILL");
      await closed;
    },
  };
}
