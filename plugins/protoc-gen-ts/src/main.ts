import { runPlugin } from "@protoloom/plugin-kit";
import { protocGenTs } from "./plugin.js";

runPlugin(protocGenTs);
