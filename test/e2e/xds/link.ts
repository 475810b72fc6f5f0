import { once } from "node:events";
import net from "node:net";

/** A connection that a test can cut or freeze: it stands between a client and a server. */
export class Link {
  readonly address: string;
  private readonly sockets = new Set<net.Socket>();
  private readonly server: net.Server;
  private state: "open" | "cut" | "frozen" = "open";

  private constructor(server: net.Server, sockets: Set<net.Socket>) {
    this.server = server;
    this.sockets = sockets;
    this.address = `127.0.0.1:${(server.address() as net.AddressInfo).port}`;
  }

  static async to(port: number): Promise<Link> {
    const sockets = new Set<net.Socket>();
    const server = net.createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const link = new Link(server, sockets);
    server.on("connection", (down) => link.accept(down, port));
    return link;
  }

  /** Ends all connections, and refuses new ones. */
  cut(): void {
    this.state = "cut";
    for (const socket of this.sockets) socket.destroy();
  }

  /** Lets nothing through and tells neither side, as a network does that drops packets. */
  freeze(): void {
    this.state = "frozen";
    for (const socket of this.sockets) socket.pause();
  }

  restore(): void {
    this.state = "open";
    for (const socket of this.sockets) socket.resume();
  }

  close(): void {
    this.cut();
    this.server.close();
  }

  private accept(down: net.Socket, port: number): void {
    if (this.state === "cut") {
      down.destroy();
      return;
    }
    const up = net.connect(port, "127.0.0.1");
    const pairs = [
      [down, up],
      [up, down],
    ] as const;
    for (const [from, to] of pairs) {
      this.sockets.add(from);
      from.on("data", (data) => to.write(data));
      from.on("error", () => {});
      from.on("close", () => {
        this.sockets.delete(from);
        if (this.state !== "frozen") to.destroy();
      });
      if (this.state === "frozen") from.pause();
    }
  }
}
