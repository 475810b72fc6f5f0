import { runPlugin } from "@protoloom/plugin-kit";
import { protocGenTsGrpc } from "./plugin.js";

runPlugin(protocGenTsGrpc);
