import { equal, ok } from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Act } from "../main.js";
import { paint, say } from "../terminal.js";

const proto = readFileSync("order.proto", "utf8");
const newLine = (field: string): string => proto.replace(/^ {2}int\d+ price .*$/m, (line) => `${line}\n  ${field}`);

/** Shows what the gate reports for changes of the agreement, with proof. */
export const compatibility: Act = {
  title: "Compatibility",
  play() {
    mkdirSync(".compat", { recursive: true });
    const folder = mkdtempSync(".compat/");
    try {
      say("The number of author changes. Neither version reads what the other wrote.");
      const renumbered = check(folder, proto.replace(/\bauthor = 3\b/, "author = 13"));
      equal(renumbered.status, 100);
      ok(renumbered.stdout.includes("1a0161"), "the bytes of an author are the witness");

      say("A required field is new: every reader of the new version rejects what old clients wrote.");
      const required = check(
        folder,
        asEdition(newLine("string note = 21 [features.field_presence = LEGACY_REQUIRED];")),
        asEdition(proto),
      );
      equal(required.status, 100);
      ok(required.stdout.includes("rejected: required field note is missing"), "the rejection is the witness");

      say("An optional field is new: nothing breaks, which random messages prove.");
      const optional = check(folder, newLine("optional string note = 21;"));
      equal(optional.status, 0);
      ok(optional.stdout.includes("1000 messages went both ways unchanged"), "the samples are the proof");
    } finally {
      rmSync(".compat", { recursive: true, force: true });
    }
  },
};

/** The same file with what only an edition can say: a required field. */
function asEdition(text: string): string {
  return text
    .replace(/^syntax = .*$/m, 'edition = "2023";')
    .replace(/^package .*$/m, "$&\noption features.field_presence = IMPLICIT;")
    .replace(/^( *)optional /gm, "$1");
}

function check(folder: string, next: string, previous: string = proto) {
  for (const [side, text] of [
    ["before", previous],
    ["after", next],
  ] as const) {
    mkdirSync(join(folder, side), { recursive: true });
    writeFileSync(join(folder, side, "order.proto"), text);
  }
  const args = [
    "../../cli/bin/protoloom",
    "check",
    "--all",
    join(folder, "after"),
    "--against",
    join(folder, "before"),
  ];
  const result = spawnSync(process.execPath, args, { encoding: "utf8" });
  console.log(`  ${paint("code", "protoloom check --all --against before")}\n`);
  console.log((result.stdout + result.stderr).replaceAll(`${folder}/`, "").replace(/^(?=.)/gm, "  "));
  return result;
}
