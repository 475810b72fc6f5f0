/** A control plane in memory, on a port that it prints. */
import { ControlPlane } from "@protoloom/control-plane";

const plane = await new ControlPlane({ protection: { share: 1 } }).start();
console.log(await plane.listen("127.0.0.1:0"));
