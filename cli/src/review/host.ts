import { readFileSync } from "node:fs";

/** A comment in a pull or merge request. */
export interface Comment {
  readonly id: number;
  readonly body: string;
  readonly author: string;
  /** Whether the author has write access. Only then can the comment approve anything. */
  readonly isTrusted: boolean;
  readonly url: string;
}

/** A pull or merge request on any host. Each call may throw HostError. */
export interface Request {
  comments(): Promise<Comment[]>;
  labels(): Promise<string[]>;
  create(body: string): Promise<void>;
  update(id: number, body: string): Promise<void>;
}

/** A host's error or a missing setting, as one line. It never contains the token. */
export class HostError extends Error {
  override readonly name = "HostError";
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** The request that CI runs for, from the environment of GitHub Actions or GitLab CI. Throws HostError. */
export function requestOf(env: Environment): Request {
  if (env.GITLAB_CI !== undefined) return gitlab(env);
  if (env.GITHUB_ACTIONS !== undefined) return github(env);
  throw new HostError("expected to run in GitHub Actions or GitLab CI: neither GITHUB_ACTIONS nor GITLAB_CI is set");
}

function github(env: Environment): Request {
  const call = caller(`${needed(env, "GITHUB_API_URL")}/repos/${needed(env, "GITHUB_REPOSITORY")}`, {
    authorization: `Bearer ${needed(env, "GITHUB_TOKEN")}`,
    accept: "application/vnd.github+json",
  });
  const number = pullNumber(needed(env, "GITHUB_EVENT_PATH"));
  const trusted = ["OWNER", "MEMBER", "COLLABORATOR"];
  return {
    comments: async () =>
      (await all<GithubComment>(call, `/issues/${number}/comments`)).map((each) => ({
        id: each.id,
        body: each.body ?? "",
        author: each.user?.login ?? "ghost",
        isTrusted: trusted.includes(each.author_association),
        url: each.html_url,
      })),
    labels: async () => (await all<{ name: string }>(call, `/issues/${number}/labels`)).map(({ name }) => name),
    create: async (body) => void (await call("POST", `/issues/${number}/comments`, { body })),
    update: async (id, body) => void (await call("PATCH", `/issues/comments/${id}`, { body })),
  };
}

interface GithubComment {
  readonly id: number;
  readonly body: string | null;
  readonly user: { readonly login: string } | null;
  readonly author_association: string;
  readonly html_url: string;
}

function pullNumber(file: string): number {
  const event = JSON.parse(readFileSync(file, "utf8")) as {
    pull_request?: { number: number };
    issue?: { number: number };
  };
  const number = (event.pull_request ?? event.issue)?.number;
  if (!Number.isInteger(number)) throw new HostError("expected an event of a pull request");
  return number!;
}

/** Developers, maintainers and owners may push; see "access levels" of the members API. */
const GITLAB_DEVELOPER = 30;

function gitlab(env: Environment): Request {
  const project = encodeURIComponent(needed(env, "CI_PROJECT_ID"));
  const call = caller(`${needed(env, "CI_API_V4_URL")}/projects/${project}`, {
    "private-token": needed(env, "GITLAB_TOKEN"),
  });
  const request = `/merge_requests/${needed(env, "CI_MERGE_REQUEST_IID")}`;
  return {
    async comments() {
      const notes = (await all<GitlabNote>(call, `${request}/notes`)).filter(({ system }) => !system);
      const members = await all<{ id: number; access_level: number }>(call, "/members/all");
      const mayPush = new Set(members.filter((each) => each.access_level >= GITLAB_DEVELOPER).map(({ id }) => id));
      return notes.map(({ id, body, author }) => ({
        id,
        body,
        author: author.username,
        isTrusted: mayPush.has(author.id),
        url: `note ${id}`,
      }));
    },
    labels: async () => (await call<{ labels: string[] }>("GET", request)).labels,
    create: async (body) => void (await call("POST", `${request}/notes`, { body })),
    update: async (id, body) => void (await call("PUT", `${request}/notes/${id}`, { body })),
  };
}

interface GitlabNote {
  readonly id: number;
  readonly body: string;
  readonly system: boolean;
  readonly author: { readonly id: number; readonly username: string };
}

function needed(env: Environment, name: string): string {
  const value = env[name];
  if (value === undefined || value === "") throw new HostError(`${name} is not set`);
  return value;
}

type Call = <T>(method: string, path: string, body?: unknown) => Promise<T>;

/** The timeout of a response, in milliseconds. */
const PATIENCE = 30_000;

function caller(base: string, headers: Readonly<Record<string, string>>): Call {
  return async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    let response: Response;
    try {
      response = await fetch(`${base}${path}`, {
        method,
        headers: { ...headers, ...(body === undefined ? {} : { "content-type": "application/json" }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(PATIENCE),
      });
    } catch (e) {
      throw new HostError(`cannot reach ${new URL(base).host}: ${(e as Error).message}`);
    }
    if (!response.ok) throw new HostError(`${new URL(base).host} answered ${response.status} to ${method} ${path}`);
    return (await response.json()) as T;
  };
}

const PAGE = 100;
/** Limits comments to 5,000: nobody reads more. */
const MOST_PAGES = 50;

async function all<T>(call: Call, path: string): Promise<T[]> {
  const items: T[] = [];
  for (let page = 1; page <= MOST_PAGES; page++) {
    const found = await call<T[]>("GET", `${path}?per_page=${PAGE}&page=${page}`);
    items.push(...found);
    if (found.length < PAGE) break;
  }
  return items;
}
