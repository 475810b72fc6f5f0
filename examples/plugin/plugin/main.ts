import { runNodeJs } from "@protoloom/plugin-kit";
import { protocGenScopes } from "./scopes.js";

runNodeJs(protocGenScopes);
