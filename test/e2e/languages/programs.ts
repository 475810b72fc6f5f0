import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { DescEnum, DescMessage } from "@bufbuild/protobuf";
import { schemaOf } from "../../../plugins/protoc-gen-compat/src/baseline/changed.js";
import { parseImage } from "../../../plugins/protoc-gen-compat/src/baseline/image.js";
import {
  type LanguageSurface,
  type Location,
  languageSurfaces,
} from "../../../plugins/protoc-gen-compat/src/finding.js";
import { gate } from "../../../plugins/protoc-gen-compat/src/gate.js";
import { languages } from "../../../plugins/protoc-gen-compat/src/languages/effects.js";
import type { Used } from "../../../plugins/protoc-gen-compat/src/languages/language.js";
import { locationOf } from "../../../plugins/protoc-gen-compat/src/location.js";
import { defaultPolicy } from "../../../plugins/protoc-gen-compat/src/policy/policy.js";
import { languageCases, languagesFolder } from "../../compat/languages.mjs";

/** A source file that compiles with the version before. */
export interface Program {
  /** The element that it uses. */
  readonly element: string;
  readonly code: string;
  /** Whether it is the witness of a finding, so that it does not compile with the version after. */
  readonly isWitness: boolean;
}

/** The witnesses of all findings, and a program for each way to use what has none. */
export function programsOf(surface: LanguageSurface): Program[] {
  const [before, after] = ["before", "after"].map((side) => {
    const file = join(languagesFolder, `${side}.binpb`);
    return parseImage(readFileSync(file), file);
  });
  const policy = { ...defaultPolicy, surfaces: new Set(languageSurfaces) };
  const { entries } = gate([{ name: "before", image: before! }], after!, { policy, seed: 1 });
  const witnesses = entries.flatMap(({ finding: { element, effects } }) =>
    effects.flatMap(({ surface: of, witness }) =>
      of === surface && witness !== undefined ? [{ element, code: witness.data, isWitness: true }] : [],
    ),
  );
  const broken = entries.flatMap(({ finding: { effects, previous } }) =>
    effects.some(({ surface: of }) => of === surface) && previous !== undefined ? [previous] : [],
  );
  const language = languages.find((each) => each.surface === surface)!;
  const schema = schemaOf(before!);
  const files = new Set(languageCases.flatMap((each) => Object.keys(each.before)));
  const types = [...schema.messages.values(), ...schema.enums.values()].filter(({ file }) =>
    files.has(file.proto.name),
  );
  const kept = types.flatMap((type) =>
    usedIn(type).flatMap((desc) => {
      const element = nameOf(desc);
      const place = locationOf(desc)!;
      if (broken.some((each) => isWithin(place, each))) return [];
      return language.uses(desc).map(({ code }) => ({ element, code: language.program(desc, code), isWitness: false }));
    }),
  );
  return [...witnesses, ...kept];
}

function usedIn(type: DescMessage | DescEnum): Used[] {
  return [type, ...(type.kind === "message" ? type.fields : type.values)];
}

function nameOf(desc: Used): string {
  return desc.kind === "field" || desc.kind === "enum_value" ? `${desc.parent.typeName}.${desc.name}` : desc.typeName;
}

/** Whether it is the element at a place, or in it. */
function isWithin({ file, path }: Location, around: Location): boolean {
  return file === around.file && around.path.every((part, i) => part === path[i]);
}
