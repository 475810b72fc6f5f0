/** `protoloom review`, the action and the component for GitLab: against a fake of the API of each host, on loopback. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { delimiter, join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { parse, parseAllDocuments } from "yaml";

const root = join(import.meta.dirname, "../..");
const order = 'syntax = "proto3";\npackage shop.v1;\nmessage Order {\n  string author = 3;\n}\n';

interface Note {
  id: number;
  body: string;
  user: { login: string };
  author: { id: number; username: string };
  author_association: string;
  html_url: string;
  system: boolean;
}

let folder: string;
let server: Server;
let base: string;
let notes: Note[];
let labels: string[];
let calls: string[];
let refused: Set<number>;

beforeAll(async () => {
  mkdirSync(join(root, ".cache/tmp"), { recursive: true }); // below the repository, so that its compiler is found
  folder = mkdtempSync(join(root, ".cache/tmp/review-"));
  put("old/order.proto", order);
  put("proto/order.proto", order.replace("author = 3", "author = 5"));
  put("event.json", JSON.stringify({ pull_request: { number: 7 } }));
  put("bin/npx", `#!/bin/sh\nshift 2\nexec "${process.execPath}" "${join(root, "cli/bin/protoloom")}" "$@"\n`);
  chmodSync(join(folder, "bin/npx"), 0o755);
  server = createServer(async (request, response) => {
    const [status, body] = await answer(request);
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

beforeEach(() => {
  [notes, labels, calls, refused] = [[], [], [], new Set()];
});

afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

function put(path: string, content: string): void {
  mkdirSync(join(folder, path, ".."), { recursive: true });
  writeFileSync(join(folder, path), content);
}

function note(body: string, association = "MEMBER"): Note {
  const id = notes.length + 1;
  const user = { login: "ann" };
  const author = { id: association === "MEMBER" ? 1 : 2, username: "ann" };
  return { id, body, user, author, author_association: association, html_url: `https://host/${id}`, system: false };
}

/** Both hosts: their paths differ. */
async function answer(request: IncomingMessage): Promise<[status: number, body: unknown]> {
  const { method, headers } = request;
  const path = request.url!.replace(/\?.*$/, "");
  calls.push(`${method} ${path}`);
  if (headers.authorization !== "Bearer secret" && headers["private-token"] !== "secret") return [401, {}];
  const body = method === "GET" ? "" : (JSON.parse(await text(request)) as { body: string }).body;
  if (method === "POST") {
    notes.push(note(body, "NONE"));
    return [201, notes.at(-1)];
  }
  if (method === "PATCH" || method === "PUT") {
    const one = notes.find(({ id }) => path.endsWith(`/${id}`))!;
    if (refused.has(one.id)) return [403, {}];
    one.body = body;
    return [200, one];
  }
  if (path.endsWith("/labels")) return [200, labels.map((name) => ({ name }))];
  if (path.endsWith("/members/all")) return [200, [{ id: 1, access_level: 30 }]];
  if (path.endsWith("/comments") || path.endsWith("/notes")) return [200, notes];
  return [200, { labels }];
}

const hosts = {
  github: () => ({
    GITHUB_ACTIONS: "true",
    GITHUB_API_URL: base,
    GITHUB_REPOSITORY: "shop/orders",
    GITHUB_EVENT_PATH: join(folder, "event.json"),
    GITHUB_TOKEN: "secret",
  }),
  gitlab: () => ({
    GITLAB_CI: "true",
    CI_API_V4_URL: base,
    CI_PROJECT_ID: "12",
    CI_MERGE_REQUEST_IID: "7",
    GITLAB_TOKEN: "secret",
  }),
};

interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function start(command: string, args: string[], env: Record<string, string>): Promise<Run> {
  const { GITHUB_ACTIONS: _, GITLAB_CI: __, ...rest } = process.env;
  const child = spawn(command, args, { cwd: folder, env: { ...rest, ...env } });
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return { code, out, err };
}

function review(env: Record<string, string>, ...args: string[]): Promise<Run> {
  const program = join(root, "cli/bin/protoloom");
  return start(process.execPath, [program, "review", "proto", "--against", "old", ...args], env);
}

describe.each(Object.entries(hosts))("%s", (_, env) => {
  test("gets one comment, which the next run updates", async () => {
    const first = await review(env());
    expect(first).toMatchObject({ code: 100, err: "" });
    expect(first.out).toContain("author moved from number 3 to 5");
    expect(notes).toHaveLength(1);
    expect(notes[0]!.body).toContain("This change breaks the protocol");
    await review(env());
    expect(calls.filter((call) => /^(PUT|PATCH)/.test(call))).toEqual([]); // it says the same
    notes[0]!.body = notes[0]!.body.replace("breaks", "broke");
    await review(env());
    expect([notes.length, notes[0]!.body.includes("breaks the protocol")]).toEqual([1, true]);
  });

  test("takes an approval of one change from those who may push, and from a label", async () => {
    await review(env());
    const [, change] = /change `(\w{16})`/.exec(notes[0]!.body)!;
    notes.push(note(`fine\n/protoloom approve ${change} nobody reads it`, "NONE"));
    expect((await review(env())).code).toBe(100);
    notes.push(note(`/protoloom approve ${"0".repeat(16)} another change`));
    expect((await review(env())).code).toBe(100);
    notes.push(note(`/protoloom approve ${change} nobody reads it`));
    const approved = await review(env());
    expect([approved.code, approved.out]).toEqual([0, expect.stringContaining("waived by ann")]);
    expect(notes[0]!.body).toContain("keeps the protocol");
    notes.length = 1;
    labels.push(`protoloom-approve:${change}`);
    expect((await review(env())).code).toBe(0);
  });

  test("is left a comment of its own, where one with its mark is not its own", async () => {
    notes.push(note("<!-- protoloom review -->\nmine"));
    refused.add(1);
    await review(env());
    expect([notes.length, notes[0]!.body]).toEqual([2, "<!-- protoloom review -->\nmine"]);
  });

  test("says in one line what it refuses, without the token", async () => {
    const tokens = { GITHUB_TOKEN: "wrong-secret", GITLAB_TOKEN: "wrong-secret" };
    const { code, err } = await review({ ...env(), ...tokens });
    expect([code, err.trim().split("\n").length]).toEqual([1, 1]);
    expect(err).toContain("answered 401 to GET");
    expect(err).not.toContain("secret");
  });
});

test("outside of CI it says what it expects", async () => {
  const { code, err } = await review({});
  expect([code, err]).toEqual([1, expect.stringContaining("neither GITHUB_ACTIONS nor GITLAB_CI is set")]);
});

test("nothing is commented where the check cannot run", async () => {
  const { code } = await review(hosts.github(), "--against", "nothing");
  expect([code, notes.length]).toEqual([1, 0]);
});

test("action.yml comments, annotates, and writes the file for code scanning", async () => {
  const action = parse(readFileSync(join(root, "action.yml"), "utf8"));
  const [{ run, env }] = action.runs.steps;
  const inputs: Record<string, string> = { folder: "proto", against: "old", token: "secret", sarif: "compat.sarif" };
  const values = Object.entries(env as Record<string, string>).map(([name, value]) => [
    name,
    value.replace(/^\$\{\{ inputs\.(\w+) \}\}$/, (_, input) => inputs[input]!),
  ]);
  const path = [join(folder, "bin"), process.env.PATH].join(delimiter);
  const done = await start("bash", ["-c", run], { ...hosts.github(), ...Object.fromEntries(values), PATH: path });
  expect([done.code, done.err]).toEqual([100, ""]);
  expect(done.out).toContain("::error file=proto/order.proto,line=4");
  expect(notes).toHaveLength(1);
  const { runs } = JSON.parse(readFileSync(join(folder, "compat.sarif"), "utf8"));
  expect(runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri).toBe("proto/order.proto");
  const [, upload] = action.runs.steps;
  expect([upload.uses.split("@")[0], upload.with.sarif_file]).toEqual([
    "github/codeql-action/upload-sarif",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: an expression of GitHub
    "${{ inputs.sarif }}",
  ]);
  expect(upload.if).toContain("inputs.code-scanning == 'true'"); // it is off where nobody asked for it
  expect(action.inputs["code-scanning"].default).toBe("false");
});

test("the component for GitLab comments, and writes the report on code quality", async () => {
  const yaml = readFileSync(join(root, "examples/ci/gitlab-component.yml"), "utf8");
  const job = parseAllDocuments(yaml)[1]!.toJS().protoloom;
  const command = (job.script as string[])
    .at(-1)!
    .replace("$[[ inputs.folder ]]", "proto")
    .replace(/"git:[^"]*"/, "old");
  const path = [join(folder, "bin"), process.env.PATH].join(delimiter);
  const done = await start("sh", ["-c", command], { ...hosts.gitlab(), PATH: path });
  expect([done.code, done.err, notes.length]).toEqual([100, "", 1]);
  expect(existsSync(join(folder, "compat.gitlab.json"))).toBe(true);
});
