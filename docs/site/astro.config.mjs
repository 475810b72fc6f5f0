import starlight from "@astrojs/starlight";
import { defineConfig } from "astro/config";
import llmsTxt from "starlight-llms-txt";
import { sections } from "./pages.mjs";

const description =
  "A protobuf toolchain for TypeScript: message classes, gRPC services, a compatibility gate, Envoy configurations and a control plane.";

export default defineConfig({
  // where it is published; pages link to each other relatively
  site: process.env.DOCS_SITE ?? "https://protoloom.github.io",
  base: process.env.DOCS_BASE ?? "/",
  integrations: [
    starlight({
      title: "Protoloom",
      description,
      customCss: ["./src/styles/site.css"],
      expressiveCode: { defaultProps: { wrap: true } }, // on a phone, code that scrolls sideways is hard to read
      components: { Head: "./src/components/Head.astro" },
      sidebar: sections.map(({ label, pages, links = [] }) => ({
        label,
        collapsed: label === "Project",
        items: [...pages.map(({ slug }) => slug), ...links],
      })),
      plugins: [llmsTxt({ description, exclude: ["performance", "contributing", "releasing", "architecture/**"] })],
      social: [{ icon: "github", label: "GitHub", href: "https://github.com/protoloom/protoloom" }],
    }),
  ],
});
