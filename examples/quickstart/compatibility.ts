import { compatibility } from "./acts/compatibility.js";
import { heading } from "./terminal.js";

// Not among the acts of main.ts: it changes the agreement, and needs the command line beside the plugins.
heading(compatibility.title);
await compatibility.play();
