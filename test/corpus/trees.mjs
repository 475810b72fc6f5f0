/**
 * Public trees of protos that come as packages. The packages are pinned, and go to `.cache/corpus/trees`; nothing of them
 * is committed. Those on npm need the npm registry alone, Go modules the `go` command, too.
 */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { importsOf, protosIn, withoutBroken } from "../../scripts/protos.mjs";
import { root } from "../../scripts/run.mjs";

const cacheDir = join(root, ".cache/corpus/trees");

/**
 * Where a tree's protos come from: folders of packages, and where imports find them. Of parts that are marked as
 * `imported`, only the files count that are.
 *
 * @typedef {{ npm?: string, go?: string, folder?: string, at?: string, imported?: boolean }} Part
 */

const gogo = { go: "github.com/gogo/protobuf@v1.3.2", folder: "gogoproto", at: "gogoproto", imported: true };

/** @type {Record<string, Part[]>} */
const parts = {
  kubernetes: [
    { go: "k8s.io/api@v0.37.2", at: "k8s.io/api" },
    { go: "k8s.io/apimachinery@v0.37.2", at: "k8s.io/apimachinery" },
  ],
  livekit: [
    { go: "github.com/livekit/protocol@v1.54.0", folder: "protobufs" },
    { go: "github.com/livekit/psrpc@v0.7.2", folder: "protoc-gen-psrpc/options", imported: true },
  ],
  consul: [{ go: "github.com/hashicorp/consul/proto-public@v0.8.0" }],
  etcd: [
    { go: "go.etcd.io/etcd/api/v3@v3.6.0", at: "etcd/api" },
    {
      go: "github.com/grpc-ecosystem/grpc-gateway/v2@v2.29.0",
      folder: "protoc-gen-openapiv2",
      at: "protoc-gen-openapiv2",
      imported: true,
    },
    gogo,
  ],
  prometheus: [{ go: "github.com/prometheus/prometheus@v0.300.0", folder: "prompb" }, gogo],
  dapr: [{ npm: "@dapr/dapr@3.18.0", folder: "proto" }],
  firestore: [{ npm: "@google-cloud/firestore@9.4.1", folder: "build/protos" }],
  gax: [{ npm: "google-gax@6.17.0", folder: "build/protos" }],
  hedera: [{ npm: "@hashgraph/proto@2.25.0", folder: "src/proto" }],
  lnd: [{ npm: "lightning@12.5.0", folder: "grpc/protos" }],
  zeebe: [{ npm: "zeebe-node@8.3.2", folder: "proto" }],
};

/** Files that protoc refuses as they are shipped. */
const broken = { "sdk_transaction_list.proto": '"Transaction" is not defined' };

/** The trees by their names, as functions to their protos. */
export const trees = Object.fromEntries(Object.keys(parts).map((name) => [name, () => protosOf(name)]));

const modules = (path) => join(root, "node_modules", path);

function protosOf(name) {
  const folders = parts[name].map(provide);
  // First the well-known types, of the version that @protoloom/protobuf has; trees bring older ones.
  const includes = [modules("protoc/include"), ...folders, modules("google-proto-files")];
  const own = folders.flatMap((folder, i) => (parts[name][i].imported ? [] : protosIn(folder)));
  const { leftOut, ...protos } = withoutBroken(
    includes,
    withImports(
      includes,
      own.filter((file) => !(file in broken)),
    ),
  );
  const refused = own.filter((file) => file in broken).map((file) => ({ file, reason: broken[file] }));
  return { ...protos, leftOut: [...leftOut, ...refused] };
}

/** The files and what they import, without the well-known types, which are in `@protoloom/protobuf`. */
function withImports(includes, files) {
  const all = new Set();
  const add = (file) => {
    if (all.has(file) || file.startsWith("google/protobuf/")) return;
    all.add(file);
    const folder = includes.find((include) => existsSync(join(include, file)));
    if (folder !== undefined) importsOf(readFileSync(join(folder, file), "utf8")).forEach(add);
  };
  files.forEach(add);
  return [...all].sort();
}

/** Copies the protos of a part below the folder that imports start from, once. */
function provide({ npm, go, folder = "", at = "" }) {
  const target = join(cacheDir, (npm ?? go).replaceAll(/[^\w.@-]/g, "_"));
  if (existsSync(target)) return target;
  mkdirSync(cacheDir, { recursive: true });
  const work = mkdtempSync(join(cacheDir, "work-"));
  try {
    const source = join(npm ? fromNpm(npm, work) : fromGo(go), folder);
    const made = join(work, "protos");
    for (const file of protosIn(source)) {
      mkdirSync(dirname(join(made, at, file)), { recursive: true });
      cpSync(join(source, file), join(made, at, file));
    }
    renameSync(made, target);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return target;
}

function fromNpm(name, work) {
  run("npm", ["pack", "--silent", name, "--pack-destination", work]);
  const [tarball] = readdirSync(work).filter((file) => file.endsWith(".tgz"));
  run("tar", ["-xzf", join(work, tarball), "-C", work]);
  return join(work, "package");
}

function fromGo(name) {
  const env = { ...process.env, GOMODCACHE: join(root, ".cache/corpus/go"), GOFLAGS: "-modcacherw" };
  return JSON.parse(run("go", ["mod", "download", "-json", name], env)).Dir;
}

function run(command, args, env = process.env) {
  const options = { cwd: cacheDir, env, encoding: /** @type {const} */ ("utf8"), shell: process.platform === "win32" };
  const { error, status, stdout, stderr } = spawnSync(command, args, options);
  if (error) throw new Error(`cannot run ${command}, which ${args.at(-1)} is downloaded with: ${error.message}`);
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} failed:\n${(stderr || stdout).trim()}`);
  return stdout;
}
