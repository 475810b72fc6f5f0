import { type DescMethod, getOption } from "@bufbuild/protobuf";
import { createEcmaScriptPlugin, locate, PluginError } from "@protoloom/plugin-kit";
import { scope } from "./gen/acme/auth/v1/auth_pb.js";

/** Writes `x_scopes.ts` for each file with services: which scope each method needs. A method without one is an error. */
export const protocGenScopes = createEcmaScriptPlugin({
  name: "protoc-gen-scopes",
  version: "v1.0.0",
  generateTs(schema) {
    for (const file of schema.files) {
      const methods = file.services.flatMap((service) => service.methods);
      if (methods.length === 0) continue;
      const problems = methods.flatMap(problemOf);
      if (problems.length > 0) throw new PluginError(problems.join("\n"));
      const out = schema.generateFile(`${file.name}_scopes.ts`);
      out.preamble(file);
      out.print("/** The scope that each method needs, by its path. */");
      out.print(out.export("const", "scopes"), " = {");
      for (const method of methods)
        out.print("  ", out.string(pathOf(method)), ": ", out.string(getOption(method, scope)), ",");
      out.print("} as const;");
    }
  },
});

function problemOf(method: DescMethod): string[] {
  if (getOption(method, scope) !== "") return [];
  return [`${locate(method)}: ${method.parent.typeName}.${method.name} has no (acme.auth.v1.scope)`];
}

function pathOf(method: DescMethod): string {
  return `/${method.parent.typeName}/${method.name}`;
}
