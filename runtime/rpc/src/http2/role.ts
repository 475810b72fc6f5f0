import type { ConnectionEvents } from "./connection-events.js";
import type { Fields } from "./fields.js";
import type { OpenStreams } from "./open-streams.js";
import * as Setting from "./setting.js";
import type { PeerSettings } from "./settings.js";
import type { Shutdown } from "./shutdown.js";

/** Receives the fields of a stream that the peer opens. */
export interface RequestReceiver {
  receive(id: number, fields: Fields, isEnd: boolean): void;
}

/** The differences between the ends of a connection. A value, so that a bundle with a client does without the other one. */
export interface Role {
  readonly isServer: boolean;
  /** The setting that differs from its default. */
  setting(maxStreams: number): readonly [id: number, value: number];
  /** Returns what receives requests, at a server. */
  requests(
    streams: OpenStreams,
    shutdown: Shutdown,
    peer: PeerSettings,
    events: ConnectionEvents,
    maxStreams: number,
  ): RequestReceiver | undefined;
}

export const clientRole: Role = {
  isServer: false,
  setting: () => [Setting.EnablePush, 0],
  requests: () => undefined,
};
