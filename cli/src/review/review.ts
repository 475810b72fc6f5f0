import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkCommand } from "../check.js";
import { checkOptions } from "../check-options.js";
import { optionsHelp, requireKnown, UsageError } from "../options.js";
import { approvalsIn } from "./approvals.js";
import { type Comment, HostError, type Request, requestOf } from "./host.js";

const COULD_NOT_RUN = 1;

const help = `protoloom review [FOLDER or IMAGE] --against BASELINE ...

Runs protoloom check with the same options, and writes its report as one comment into the pull request (GitHub Actions) or
merge request (GitLab CI) that it runs for; the next run updates that comment. A reviewer approves one finding by a comment
"/protoloom approve CHANGE REASON" or by the label "protoloom-approve:CHANGE".

GitHub: GITHUB_TOKEN with pull-requests: write. GitLab: GITLAB_TOKEN with the scope api.

${optionsHelp(checkOptions)}
`;

/** The first line of our comment, by which the next run finds it. */
const MARK = "<!-- protoloom review -->";

/** Runs `protoloom review` and returns the exit code of the check. */
export async function reviewCommand(args: string[]): Promise<number> {
  if (args.includes("--help") || args.includes("-h")) {
    process.stdout.write(help);
    return 0;
  }
  const folder = mkdtempSync(join(tmpdir(), "protoloom-review-"));
  try {
    requireKnown(args, checkOptions);
    const request = requestOf(process.env);
    const comments = await request.comments();
    const approvals = approvalsIn(comments, await request.labels());
    const file = join(folder, "comment.md");
    const exit = checkCommand([...args, ...formatsBeside(args, file)], approvals);
    if (exit !== COULD_NOT_RUN) await publish(request, comments, readFileSync(file, "utf8"));
    return exit;
  } catch (e) {
    if (!(e instanceof HostError || e instanceof UsageError)) throw e;
    process.stderr.write(`protoloom review: ${e.message}\n`);
    return COULD_NOT_RUN;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Adds the text format unless another one is chosen. */
function formatsBeside(args: readonly string[], file: string): string[] {
  const isChosen = args.some((arg) => arg === "-f" || arg.startsWith("--format"));
  return [...(isChosen ? [] : ["--format", "text"]), "--format", `markdown=${file}`];
}

async function publish(request: Request, comments: readonly Comment[], report: string): Promise<void> {
  const hint = report.includes("change `")
    ? "\nTo let one of them pass, reply `/protoloom approve CHANGE REASON`, or set the label `protoloom-approve:CHANGE`.\n"
    : "";
  const body = `${MARK}\n${report}${hint}`;
  for (const { id, body: before } of comments.filter((comment) => comment.body.startsWith(MARK)).reverse()) {
    if (before.trim() === body.trim() || (await isUpdated(request, id, body))) return;
  }
  await request.create(body);
}

/** Updates the comment. Returns false for a comment that has our mark but belongs to someone else. */
async function isUpdated(request: Request, id: number, body: string): Promise<boolean> {
  try {
    await request.update(id, body);
    return true;
  } catch (e) {
    if (e instanceof HostError) return false;
    throw e;
  }
}
