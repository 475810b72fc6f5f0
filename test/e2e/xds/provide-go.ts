import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { provision, runTool } from "../provision.js";

const programs = fileURLToPath(new URL("go", import.meta.url));

/** Builds one of the Go programs beside this file, and returns its path. */
export async function provideGo(name: "etcd" | "client" | "consul", version: string): Promise<string> {
  const folder = await provision(`xds-${name}-${version}`, async (to) => {
    const env = {
      GOFLAGS: "-mod=readonly -buildvcs=false",
      PATH: [process.env.PATH, "/usr/local/go/bin"].join(delimiter),
    };
    const missing = "install Go 1.24 or newer";
    await runTool("go", ["build", "-o", join(to, name), "."], { cwd: join(programs, name), env, missing });
  });
  return join(folder, name);
}
