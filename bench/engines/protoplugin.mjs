import { createEcmaScriptPlugin, runNodeJs } from "@bufbuild/protoplugin";
import { init } from "./plugin.mjs";

runNodeJs(createEcmaScriptPlugin(init));
