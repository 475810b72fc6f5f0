import { controlPlane } from "./acts/control-plane.js";
import { heading } from "./terminal.js";

// Not among the acts of main.ts: it needs the control plane, and a real Envoy or the xDS client of grpc-js.
heading(controlPlane.title);
await controlPlane.play();
