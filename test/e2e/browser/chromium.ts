import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runTool } from "../provision.js";
import { Tab } from "./tab.js";

/** The commands of Chromium on Debian, on Ubuntu, from Google, and on macOS. */
const NAMES = [
  "chromium",
  "chromium-browser",
  "google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** Opens a page in headless Chromium until `work` is done with it. */
export function withPage<T>(url: string, work: () => Promise<T>): Promise<T> {
  return withChromium([url], work);
}

/** Opens an empty tab in headless Chromium, for `work` to drive. */
export function withTab<T>(work: (tab: Tab) => Promise<T>): Promise<T> {
  return withChromium(["--remote-debugging-pipe"], async (child) => work(await Tab.of(child)));
}

async function withChromium<T>(args: readonly string[], work: (child: ChildProcess) => Promise<T>): Promise<T> {
  const profile = mkdtempSync(join(tmpdir(), "protoloom-chromium-"));
  const child = start(await provideChromium(), profile, args);
  try {
    return await Promise.race([work(child), ended(child)]);
  } finally {
    const closed = child.exitCode === null ? once(child, "close") : undefined;
    child.kill();
    await closed;
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** On a machine of CI it is installed, by Debian's package; elsewhere that is the user's to decide. */
async function provideChromium(): Promise<string> {
  const found = findChromium();
  if (found !== undefined) return found;
  const install = ["install", "-y", "--no-install-recommends", "chromium"];
  const missing = 'install Chromium, on Debian by "apt-get install chromium", or set CHROMIUM to its path';
  if (process.env.CI === undefined || process.getuid?.() !== 0) throw new Error(`Chromium is not there: ${missing}`);
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  await runTool("apt-get", ["update"], { missing, env });
  await runTool("apt-get", install, { missing, env });
  return "chromium";
}

function findChromium(): string | undefined {
  const named = process.env.CHROMIUM;
  const candidates = named === undefined ? NAMES : [named];
  return candidates.find((name) => existsSync(name) || !spawnSync(name, ["--version"]).error);
}

function start(chromium: string, profile: string, args: readonly string[]): ChildProcess {
  const flags = [
    "--headless=new",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage", // containers have little of it
    `--user-data-dir=${profile}`,
    ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []), // it refuses to run as root with one
  ];
  return spawn(chromium, [...flags, ...args], { stdio: ["ignore", "ignore", "pipe", "pipe", "pipe"] });
}

async function ended(child: ChildProcess): Promise<never> {
  let text = "";
  child.stderr?.on("data", (data) => (text = (text + data).slice(-2000)));
  const [code] = await once(child, "close");
  throw new Error(`Chromium ended with exit code ${code}:\n${text}`);
}
