import { createEcmaScriptPlugin, runNodeJs } from "../../plugins/kit/dist/plugin-kit.js";
import { init } from "./plugin.mjs";

runNodeJs(createEcmaScriptPlugin(init));
