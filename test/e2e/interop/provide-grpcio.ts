import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { provision, runTool } from "../provision.js";

const requirements = fileURLToPath(new URL("core/requirements.txt", import.meta.url));

/** The folder of a Python that has grpcio, the C++ core of gRPC: its command is `bin/python` there. */
export async function provideGrpcio(): Promise<string> {
  return provision("interop-grpcio-1.76.0", async (to) => {
    const missing = "install Python 3.10 or newer, with venv";
    await runTool("python3", ["-m", "venv", to], { missing });
    const pip = ["-m", "pip", "install", "-q", "--disable-pip-version-check", "--only-binary=:all:"];
    await runTool(join(to, "bin/python"), [...pip, "-r", requirements], { missing });
  });
}
