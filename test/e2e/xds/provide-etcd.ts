import { type ChildProcess, spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { freePort, until } from "../envoy/envoy.js";
import { provideGo } from "./provide-go.js";

/** A real etcd with one member. */
export class Etcd {
  readonly address: string;
  private readonly program: string;
  private readonly peer: string;
  private readonly folder: string;
  private child: ChildProcess | undefined;

  private constructor(program: string, folder: string, port: number, peer: number) {
    this.program = program;
    this.folder = folder;
    this.address = `127.0.0.1:${port}`;
    this.peer = `http://127.0.0.1:${peer}`;
  }

  static async start(folder: string): Promise<Etcd> {
    const program = await provideGo("etcd", "3.6.13");
    const etcd = new Etcd(program, folder, await freePort(), await freePort());
    await etcd.start();
    return etcd;
  }

  /** Starts it, or starts it again with its data. */
  async start(): Promise<void> {
    const url = `http://${this.address}`;
    const args = [
      ...["--data-dir", this.folder, "--listen-client-urls", url, "--advertise-client-urls", url],
      ...["--listen-peer-urls", this.peer, "--initial-advertise-peer-urls", this.peer],
      ...["--initial-cluster", `default=${this.peer}`, "--log-level", "error", "--unsafe-no-fsync"],
    ];
    this.child = spawn(this.program, args, { stdio: ["ignore", "ignore", "inherit"] });
    await until(async () => (await fetch(`${url}/health`).catch(() => undefined))?.ok === true, 60);
  }

  async kill(): Promise<void> {
    const { child } = this;
    this.child = undefined;
    if (child === undefined) return;
    await new Promise<void>((resolve) => {
      child.on("close", () => resolve());
      child.kill("SIGKILL");
    });
  }

  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
