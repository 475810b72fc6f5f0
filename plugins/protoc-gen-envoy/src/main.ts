import { runPlugin } from "@protoloom/plugin-kit";
import { protocGenEnvoy } from "./plugin.js";

runPlugin(protocGenEnvoy);
