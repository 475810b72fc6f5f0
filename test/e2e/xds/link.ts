import { once } from "node:events";
import net from "node:net";

/** Connections that a test can cut or freeze: it stands between a client and a server. */
export class Link {
  readonly address: string;
  private readonly sockets = new Set<net.Socket>();
  private readonly server: net.Server;
  private isCut = false;

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
    this.isCut = true;
    for (const socket of this.sockets) socket.destroy();
  }

  /** Lets nothing through on the connections that there are, and tells neither side, as a network does that drops packets. */
  freeze(): void {
    for (const socket of this.sockets) {
      socket.pause();
      socket.removeAllListeners("close");
    }
  }

  restore(): void {
    this.isCut = false;
  }

  close(): void {
    this.cut();
    this.server.close();
  }

  private accept(down: net.Socket, port: number): void {
    if (this.isCut) {
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
        to.destroy();
      });
    }
  }
}
