/** Provisions what the suites need besides npm packages: pinned versions from other registries, under `.cache/e2e`. */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root: string = join(dirname(fileURLToPath(import.meta.url)), "../..");

/** Whether `--short` was given: counts are a tenth, and files named *.long.test.ts are left out. */
export const isShort: boolean = process.env.PROTOLOOM_E2E === "short";

/** How long provisioning may take, for the timeout of `beforeAll`. */
export const PROVISION_MS = 300_000;

/**
 * Returns the folder `.cache/e2e/<name>`, after `make` has filled it: `name` holds the version, so that another one gets
 * another folder. One that was not finished is made again. What fails is the reason why the suite fails.
 */
export async function provision(name: string, make: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(root, ".cache/e2e", name);
  const stamp = join(folder, ".provisioned");
  if (existsSync(stamp)) return folder;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  try {
    await make(folder);
  } catch (e) {
    throw new Error(`cannot provision ${name}: ${(e as Error).message}`, { cause: e });
  }
  writeFileSync(stamp, "");
  return folder;
}

export interface ToolOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** The advice if the command is missing: "install Go 1.24 or newer". */
  readonly missing: string;
}

/** Runs a command to its end and returns what it printed. Throws what it said when it fails. */
export function runTool(command: string, args: readonly string[], options: ToolOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, ...options.env };
    const child = spawn(command, args, { cwd: options.cwd ?? root, env, stdio: ["ignore", "pipe", "pipe"] });
    const output = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const) {
      child[name].setEncoding("utf8").on("data", (text: string) => (output[name] += text));
    }
    child.on("error", (e: NodeJS.ErrnoException) => {
      const isMissing = e.code === "ENOENT";
      reject(new Error(isMissing ? `${command} is not there: ${options.missing}` : `${command}: ${e.message}`));
    });
    child.on("close", (code, signal) => {
      if (code === 0) return resolve(output.stdout);
      const said = (output.stderr || output.stdout).trim().slice(-4000);
      reject(new Error(`"${command} ${args.join(" ")}" ended with ${signal ?? `exit code ${code}`}:\n${said}`));
    });
  });
}
