import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import net from "node:net";
import { setTimeout } from "node:timers/promises";
import type { Command } from "./peers.js";

const CLIENT_MS = 120_000;
const START_MS = 120_000;

/** A server of another implementation. */
export class ServerProcess {
  readonly port: number;
  private readonly child: ChildProcess;

  private constructor(port: number, child: ChildProcess) {
    this.port = port;
    this.child = child;
  }

  /** Starts it on a port, or one that was free a moment ago, and waits until it accepts connections. */
  static async start(command: (port: number) => Command, at?: number): Promise<ServerProcess> {
    const port = at ?? (await freePort());
    const { child, output } = run(command(port));
    for (const end = Date.now() + START_MS; !(await accepts(port)); await setTimeout(50)) {
      const isOver = child.exitCode !== null || child.signalCode !== null;
      if (!isOver && Date.now() < end) continue;
      child.kill("SIGKILL");
      throw new Error(`the server ${isOver ? "ended" : "did not listen"}:\n${output()}`);
    }
    return new ServerProcess(port, child);
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const closed = once(this.child, "close");
    this.child.kill("SIGKILL");
    await closed;
  }
}

/** Runs a client of another implementation to its end; throws what it said when it fails. */
export async function runClient(command: Command): Promise<void> {
  const { child, output } = run(command);
  const timer = globalThis.setTimeout(() => child.kill("SIGKILL"), CLIENT_MS);
  const [code, signal] = await once(child, "close");
  clearTimeout(timer);
  if (code !== 0) throw new Error(`the client ended with ${signal ?? `exit code ${code}`}:\n${output()}`);
}

function run([command, ...args]: Command): { child: ChildProcess; output: () => string } {
  const env = { ...process.env, GRPC_GO_LOG_SEVERITY_LEVEL: "error" };
  const child = spawn(command, args, { env, stdio: ["ignore", "pipe", "pipe"] });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (text = (text + data).slice(-4000)));
  child.on("error", (error) => (text += error.message));
  return { child, output: () => text.trim() };
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as net.AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** Whether something listens on the port. */
export function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, "127.0.0.1");
    socket.on("connect", () => resolve(true));
    socket.on("error", () => resolve(false));
    socket.on("close", () => socket.destroy());
    socket.on("connect", () => socket.end());
  });
}
