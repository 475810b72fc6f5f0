import { once } from "node:events";
import net from "node:net";

/** Stands between a client and a server, and counts what passes. */
export class Relay {
  readonly port: number;
  private readonly server: net.Server;
  private readonly sockets: Set<net.Socket>;
  private readonly passed: { up: number; down: number };

  private constructor(server: net.Server, sockets: Set<net.Socket>, passed: { up: number; down: number }) {
    this.server = server;
    this.sockets = sockets;
    this.passed = passed;
    this.port = (server.address() as net.AddressInfo).port;
  }

  static async open(target: number): Promise<Relay> {
    const sockets = new Set<net.Socket>();
    const passed = { up: 0, down: 0 };
    const server = net.createServer((down) => {
      const up = net.connect(target, "127.0.0.1");
      for (const socket of [up, down]) {
        sockets.add(socket);
        socket.on("error", () => {});
        socket.on("close", () => {
          up.destroy();
          down.destroy();
        });
      }
      down.on("data", (data) => (passed.up += data.length)).pipe(up);
      up.on("data", (data) => (passed.down += data.length)).pipe(down);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return new Relay(server, sockets, passed);
  }

  /** The bytes towards the server while the call runs. */
  countUp<T>(call: () => Promise<T>): Promise<{ result: T; bytes: number }> {
    return this.count("up", call);
  }

  /** The bytes towards the client while the call runs. */
  countDown<T>(call: () => Promise<T>): Promise<{ result: T; bytes: number }> {
    return this.count("down", call);
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async count<T>(way: "up" | "down", call: () => Promise<T>): Promise<{ result: T; bytes: number }> {
    const before = this.passed[way];
    const result = await call();
    return { result, bytes: this.passed[way] - before };
  }
}
