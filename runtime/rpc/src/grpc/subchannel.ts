import { ClientConnection, type ConnectionOwner } from "./client-connection.js";
import type { GrpcTransportOptions } from "./client-options.js";
import type { Endpoint, Target } from "./target.js";

/** Who has a subchannel. */
export interface SubchannelOwner {
  /** There is a connection, or room on one. */
  onRoom(): void;
  /** The last connection has gone. `wasReady`: it had taken calls; otherwise it could not be made. */
  onDown(subchannel: Subchannel, reason: string, wasReady: boolean): void;
}

/** The connections to one endpoint: one, and more while the server's limit of calls is reached on each. */
export class Subchannel implements ConnectionOwner {
  private readonly endpoint: Endpoint;
  private readonly target: Target;
  private readonly options: GrpcTransportOptions;
  private readonly owner: SubchannelOwner;
  private readonly ready: ClientConnection[] = [];
  private connecting: ClientConnection | undefined;

  constructor(endpoint: Endpoint, target: Target, options: GrpcTransportOptions, owner: SubchannelOwner) {
    this.endpoint = endpoint;
    this.target = target;
    this.options = options;
    this.owner = owner;
  }

  get isReady(): boolean {
    return this.ready.length > 0;
  }

  get isConnecting(): boolean {
    return this.connecting !== undefined;
  }

  connect(): void {
    this.connecting ??= new ClientConnection(this.endpoint, this.target, this.options, this);
  }

  /** A connection that takes a call now. Without one, another connection is begun where there are only full ones. */
  pick(): ClientConnection | undefined {
    const { ready } = this;
    for (let i = 0; i < ready.length; i++) if (ready[i]!.canOpen) return ready[i];
    if (ready.length > 0) this.connect();
    return undefined;
  }

  close(reason: string): void {
    const { connecting } = this;
    this.connecting = undefined;
    connecting?.close(reason);
    for (const connection of this.ready.splice(0)) connection.close(reason);
  }

  onReady(connection: ClientConnection): void {
    if (this.connecting !== connection) {
      connection.close("not needed any more");
      return;
    }
    this.connecting = undefined;
    this.ready.push(connection);
    this.owner.onRoom();
  }

  onRoom(): void {
    this.owner.onRoom();
  }

  onLeaving(connection: ClientConnection, reason: string): void {
    const place = this.ready.indexOf(connection);
    const isOurs = place >= 0 || this.connecting === connection;
    if (place >= 0) this.ready.splice(place, 1);
    if (this.connecting === connection) this.connecting = undefined;
    if (isOurs && this.ready.length === 0 && this.connecting === undefined) this.owner.onDown(this, reason, place >= 0);
  }
}
