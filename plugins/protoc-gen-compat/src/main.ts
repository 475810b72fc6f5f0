import { runPlugin } from "@protoloom/plugin-kit";
import { protocGenCompat } from "./plugin.js";

runPlugin(protocGenCompat);
