import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What Chromium is called: by Debian, by Ubuntu, by Google, and on a Mac. */
const NAMES = [
  "chromium",
  "chromium-browser",
  "google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** Opens a page in headless Chromium until `work` is done with it. */
export async function withPage<T>(url: string, work: () => Promise<T>): Promise<T> {
  const profile = mkdtempSync(join(tmpdir(), "protoloom-chromium-"));
  const child = start(findChromium(), profile, url);
  try {
    return await Promise.race([work(), ended(child)]);
  } finally {
    const closed = child.exitCode === null ? once(child, "close") : undefined;
    child.kill();
    await closed;
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

function findChromium(): string {
  const named = process.env.CHROMIUM;
  const candidates = named === undefined ? NAMES : [named];
  const found = candidates.find((name) => existsSync(name) || !spawnSync(name, ["--version"]).error);
  if (found !== undefined) return found;
  throw new Error(
    `no Chromium was found (${candidates.join(", ")}): install it, on Debian by "apt-get install chromium", or set CHROMIUM to its path`,
  );
}

function start(chromium: string, profile: string, url: string): ChildProcess {
  const flags = [
    "--headless=new",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-dev-shm-usage", // containers have little of it
    `--user-data-dir=${profile}`,
    ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []), // it refuses to run as root with one
  ];
  return spawn(chromium, [...flags, url], { stdio: ["ignore", "ignore", "pipe"] });
}

async function ended(child: ChildProcess): Promise<never> {
  let text = "";
  child.stderr?.on("data", (data) => (text = (text + data).slice(-2000)));
  const [code] = await once(child, "close");
  throw new Error(`Chromium ended with exit code ${code}:\n${text}`);
}
