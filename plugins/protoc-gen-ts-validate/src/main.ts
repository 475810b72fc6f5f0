import { runPlugin } from "@protoloom/plugin-kit";
import { protocGenTsValidate } from "./plugin.js";

runPlugin(protocGenTsValidate((text) => void process.stderr.write(`${text}\n`)));
