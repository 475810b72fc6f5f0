import type { ChannelOptions } from "./channel-options.js";
import { ClientConnection, type ConnectionOwner } from "./client-connection.js";
import type { Endpoint, Target } from "./target.js";

/** The owner of a subchannel. */
export interface SubchannelOwner {
  /** A connection has become ready or has room for a call. */
  onRoom(): void;
  /** The last connection is gone. `wasReady` is false if it could not be established. */
  onDown(subchannel: Subchannel, reason: string, wasReady: boolean): void;
}

/** The connections to one endpoint: one, and more if the server's limit of concurrent calls is reached on all. */
export class Subchannel implements ConnectionOwner {
  readonly #endpoint: Endpoint;
  readonly #target: Target;
  readonly #options: ChannelOptions;
  readonly #owner: SubchannelOwner;
  readonly #ready: ClientConnection[] = [];
  #connecting: ClientConnection | undefined;

  constructor(endpoint: Endpoint, target: Target, options: ChannelOptions, owner: SubchannelOwner) {
    this.#endpoint = endpoint;
    this.#target = target;
    this.#options = options;
    this.#owner = owner;
  }

  get connections(): number {
    return this.#ready.length;
  }

  get isReady(): boolean {
    return this.#ready.length > 0;
  }

  get isConnecting(): boolean {
    return this.#connecting !== undefined;
  }

  connect(): void {
    this.#connecting ??= new ClientConnection(this.#endpoint, this.#target, this.#options, this);
  }

  /** Returns a connection with room for a call, if any. If all are full, begins another one. */
  pick(): ClientConnection | undefined {
    const ready = this.#ready;
    for (let i = 0; i < ready.length; i++) if (ready[i]!.canOpen) return ready[i];
    if (ready.length > 0) this.connect();
    return undefined;
  }

  close(reason: string): void {
    const connecting = this.#connecting;
    this.#connecting = undefined;
    connecting?.close(reason);
    for (const connection of this.#ready.splice(0)) connection.close(reason);
  }

  onReady(connection: ClientConnection): void {
    if (this.#connecting !== connection) {
      connection.close("not needed any more");
      return;
    }
    this.#connecting = undefined;
    this.#ready.push(connection);
    this.#owner.onRoom();
  }

  onRoom(): void {
    this.#owner.onRoom();
  }

  onLeaving(connection: ClientConnection, reason: string): void {
    const place = this.#ready.indexOf(connection);
    const isOurs = place >= 0 || this.#connecting === connection;
    if (place >= 0) this.#ready.splice(place, 1);
    if (this.#connecting === connection) this.#connecting = undefined;
    if (isOurs && this.#ready.length === 0 && this.#connecting === undefined)
      this.#owner.onDown(this, reason, place >= 0);
  }
}
