/** The initial files of a new compatibility rule or a new check of Envoy configurations. */

/**
 * The kinds of files that `npm run new` makes. `files` are new: path and text, with NAME for the name and `symbol` for the exported
 * constant. `lists` are files with sorted lines, each of which gets one more beside those that `like` matches.
 */
const kinds = {
  "compat-rule": {
    files: {
      "plugins/protoc-gen-compat/src/rules/NAME.ts": compatRule,
      "test/compat/cases/NAME.diff": () => `# changed
  message M {
-   int32 a = 1;
+   int64 a = 1;
  }
`,
    },
    lists: [
      ...registry("plugins/protoc-gen-compat/src/rules/index.ts", "rules"),
      {
        path: "plugins/protoc-gen-compat/README.md",
        after: "## Rules\n",
        like: /^\| `([\w-]+)` \| /,
        line: (name) => `| \`${name}\` | One sentence that says what changed. |`,
      },
    ],
    next: [
      "Write the rule, and the change that it finds into the case.",
      "npm run goldens                         then read the difference of test/compat/golden",
      "npm test -- compat",
    ],
  },
  "envoy-check": {
    files: {
      "plugins/protoc-gen-envoy/src/checks/NAME.ts": envoyCheck,
      "test/plugins/protoc-gen-envoy/diagnostics/NAME/failing/deployment.yaml": deployment,
      "test/plugins/protoc-gen-envoy/diagnostics/NAME/failing/expected.txt": () => "",
      "test/plugins/protoc-gen-envoy/diagnostics/NAME/mended/deployment.yaml": deployment,
    },
    lists: [
      ...registry("plugins/protoc-gen-envoy/src/checks/index.ts", "checks"),
      {
        path: "plugins/protoc-gen-envoy/README.md",
        after: "## What is refused",
        like: /^\| `([\w-]+)` \| /,
        line: (name) => `| \`${name}\` | One sentence that says what would happen. |`,
      },
    ],
    next: [
      "Write the check, and the mistake that it finds into the failing deployment.",
      "npm run goldens                         then read failing/expected.txt",
      "npm test -- protoc-gen-envoy",
      "npm run test:e2e -- envoy proxies       shows both deployments to a real Envoy",
    ],
  },
};

/**
 * Returns the new text of each file by its path, and what to do next. `read` gives the text of a file of the repository,
 * or undefined where there is none. Throws, before anything is written, if the name is taken or not a name.
 */
export function scaffold(kind, name, read) {
  if (!Object.hasOwn(kinds, kind ?? "") || name === undefined) {
    throw new Error(`usage: npm run new -- ${Object.keys(kinds).join(" | ")} NAME`);
  }
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) {
    throw new Error(`invalid name "${name}": expected lower-case words joined by hyphens, such as "field-number"`);
  }
  const { files, lists, next } = kinds[kind];
  const texts = new Map();
  for (const [pattern, textOf] of Object.entries(files)) {
    const path = pattern.replace("NAME", name);
    if (read(path) !== undefined) throw new Error(`${path} exists already`);
    texts.set(path, textOf(name));
  }
  for (const list of lists) {
    const text = texts.get(list.path) ?? read(list.path);
    texts.set(list.path, withLine(text, list, name));
  }
  return { texts, next };
}

/** Inserts the line of a name into its list, which is sorted by name. */
function withLine(text, { path, after, like, line }, name) {
  const lines = text.split("\n");
  const start = lines.findIndex((each) => `${each}\n`.startsWith(after));
  const first = lines.findIndex((each, i) => i >= start && like.test(each));
  if (start === -1 || first === -1) throw new Error(`${path} has no list after "${after}"`);
  const wanted = line(name);
  const key = (text) => like.exec(text)?.[1];
  let at = first;
  while (key(lines[at]) !== undefined && key(lines[at]) < key(wanted)) at++;
  return lines.toSpliced(at, 0, wanted).join("\n");
}

function registry(path, table) {
  return [
    {
      path,
      after: "import",
      like: /^import \{ \w+ \} from "\.\/([\w-]+\.js)";/,
      line: (name) => `import { ${symbolOf(name)} } from "./${name}.js";`,
    },
    { path, after: `export const ${table}`, like: /^ {2}(\w+),$/, line: (name) => `  ${symbolOf(name)},` },
  ];
}

function symbolOf(name) {
  return name.replace(/-(\w)/g, (_, letter) => letter.toUpperCase());
}

/** The kinds of pairs for rules, by the prefix of the rule's name. Any other name is a rule for fields. */
const pairKinds = ["file", "message", "field", "enum-value", "enum", "service", "rpc"];

function compatRule(name) {
  const prefix = pairKinds.find((kind) => name.startsWith(`${kind}-`)) ?? "field";
  return `import { type Rule, rule } from "../rule.js";

export const ${symbolOf(name)}: Rule = rule({
  id: "${name}",
  on: "${prefix === "rpc" ? "method" : prefix}",
  surfaces: ["binary"],
  purpose: "One sentence that says what changed.",
  why: "One sentence that says what goes wrong for whom.",
  fix: "One sentence that says what to do instead.",
  check({ previous, next }) {
    if (previous === undefined || next === undefined) return undefined; // and where nothing has changed
    return { text: "the element by its full name, and its old and new value", expects: "breaking" };
  },
});
`;
}

function envoyCheck(name) {
  return `import type { Check } from "../check.js";

export const ${symbolOf(name)}: Check = {
  id: "${name}",
  why: "One sentence that says what would happen.",
  fix: "One sentence that says what to do instead.",
  *find({ model }) {
    for (const { name, place, localities } of model.clusters) {
      if (localities.length > 100) yield { place, text: \`cluster \${name} has \${localities.length} localities\` };
    }
  },
};
`;
}

function deployment() {
  return `services:
  shop.v1.Orders:
    cluster: orders
clusters:
  orders:
    endpoints:
      - address: 10.0.0.1:50051
`;
}
