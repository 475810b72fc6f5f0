/**
 * The pages of the site, in the order of its sidebar. A page is a Markdown file of the repository (`source`), or is made
 * from data when the site is built (`make`).
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { checksPage } from "./reference/checks.mjs";
import { exportPages } from "./reference/exports.mjs";
import { optionsPage } from "./reference/options.mjs";
import { rulesPage } from "./reference/rules.mjs";

const root = join(import.meta.dirname, "../..");

export const sections = [
  {
    label: "Start",
    pages: [
      { slug: "start", source: "docs/start.md" },
      { slug: "create", source: "create/README.md", label: "npm create protoloom" },
      { slug: "tour", source: "README.md", label: "A tour" },
      { slug: "examples", source: "examples/README.md" },
    ],
    links: [{ label: "Playground", link: "playground/" }], // src/pages/playground.astro
  },
  {
    label: "Guides",
    pages: [
      { slug: "guides/messages", source: "runtime/protobuf/README.md", label: "Messages" },
      { slug: "guides/generate", source: "plugins/protoc-gen-ts/README.md", label: "Generate with buf or protoc" },
      ...pagesOf("guides"),
      { slug: "guides/validation", source: "plugins/protoc-gen-ts-validate/README.md", label: "Validation" },
      { slug: "guides/validation-runtime", source: "runtime/validate/README.md", label: "Violations and interceptors" },
      { slug: "guides/services", source: "runtime/rpc/README.md", label: "Services" },
      { slug: "guides/service-stubs", source: "plugins/protoc-gen-ts-grpc/README.md", label: "Generate service stubs" },
      { slug: "guides/compatibility", source: "cli/README.md", label: "Compatibility in CI" },
      {
        slug: "guides/compatibility-plugin",
        source: "plugins/protoc-gen-compat/README.md",
        label: "Compatibility as a plugin",
      },
      { slug: "guides/envoy", source: "plugins/protoc-gen-envoy/README.md", label: "Envoy" },
      { slug: "guides/envoy-api", source: "runtime/envoy/README.md", label: "Envoy's API in code" },
      { slug: "guides/control-plane", source: "control-plane/README.md", label: "Control plane" },
      { slug: "guides/scale", source: "docs/scale.md", label: "Control plane at scale" },
      { slug: "guides/plugins", source: "plugins/kit/README.md", label: "Write a plugin" },
    ],
  },
  {
    label: "Coming from",
    pages: [{ slug: "from/migrate", source: "migrate/README.md", label: "protoloom migrate" }, ...pagesOf("from")],
  },
  { label: "Integrations", pages: pagesOf("integrations") },
  {
    label: "Reference",
    pages: [
      { slug: "reference/options", make: optionsPage, label: "Options of the plugins" },
      { slug: "reference/rules", make: rulesPage, label: "Rules of the gate" },
      { slug: "reference/checks", make: checksPage, label: "Checks for Envoy" },
      ...exportPages,
    ],
  },
  {
    label: "Project",
    pages: [
      { slug: "support", source: "docs/support.md" },
      { slug: "performance", source: "bench/README.md", label: "Performance" },
      { slug: "changelog", source: "CHANGELOG.md", label: "Changelog" },
      { slug: "architecture", source: "docs/architecture.md" },
      ...pagesOf("architecture"),
      { slug: "contributing", source: "CONTRIBUTING.md" },
      { slug: "releasing", source: "docs/releasing.md" },
      { slug: "security", source: "SECURITY.md" },
    ],
  },
];

export const pages = sections.flatMap((section) => section.pages);

/** The Markdown files of a folder of docs, in the order of their names. */
function pagesOf(folder) {
  return readdirSync(join(root, "docs", folder))
    .filter((name) => name.endsWith(".md"))
    .sort()
    .map((name) => ({ slug: `${folder}/${name.slice(0, -".md".length)}`, source: `docs/${folder}/${name}` }));
}
