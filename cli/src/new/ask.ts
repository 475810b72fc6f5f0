import { cancel, intro, isCancel, select, text } from "@clack/prompts";
import { type ChoiceName, type Chosen, choices, valuesOf } from "./choices.js";
import { mistakeInName } from "./name.js";

/** Asks for what is not said yet. Undefined if the user leaves. */
export async function ask(
  said: Partial<Chosen>,
  folder: string | undefined,
): Promise<{ readonly folder: string; readonly chosen: Chosen } | undefined> {
  intro("A new project with Protoloom");
  const where =
    folder ??
    (await text({
      message: "Where?",
      placeholder: "my-service",
      defaultValue: "my-service",
      validate: (value) => (value === undefined || value === "" ? undefined : mistakeInName(value)),
    }));
  if (isCancel(where)) return left();
  const chosen: Record<string, string> = {};
  for (const name of Object.keys(choices) as ChoiceName[]) {
    const { question, values } = choices[name];
    const options = valuesOf(name).map((value) => ({
      value: value as string,
      label: (values as Readonly<Record<string, string>>)[value]!,
    }));
    const answer = said[name] ?? (await select({ message: question, options }));
    if (isCancel(answer)) return left();
    chosen[name] = answer;
  }
  return { folder: where, chosen: chosen as unknown as Chosen };
}

function left(): undefined {
  cancel("Nothing was written.");
}
