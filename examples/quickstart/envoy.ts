import { envoy } from "./acts/envoy.js";
import { heading } from "./terminal.js";

// Not among the acts of main.ts: it needs another plugin, and a real Envoy where there is one.
heading(envoy.title);
await envoy.play();
