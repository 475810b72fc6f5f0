import { type Instance, InstanceKey, WatchResponse } from "../gen/protoloom/registry/v1/registry_pb.js";
import type { ChangeFeed, Event } from "./change-feed.js";

/** Lists the current instances for a new watcher. */
export interface Listed {
  list(namespace: string, service: string): Instance[];
}

export interface WatchedPart {
  readonly namespace: string;
  readonly service: string;
  readonly resumeToken: string;
}

/** Sends what is there, or what has changed since the token, and then each change; who is behind gets the latest once. */
export function watch(
  feed: ChangeFeed<Instance>,
  listed: Listed,
  part: WatchedPart,
  signal: AbortSignal,
): AsyncIterable<WatchResponse> {
  let seq = feed.parse(part.resumeToken);
  let isOver = false;
  let wake: (() => void) | undefined;
  const stopListening = feed.listen(() => wake?.());
  const stop = (): void => {
    isOver = true;
    stopListening();
    wake?.();
  };
  signal.addEventListener("abort", stop, { once: true });

  const take = (): WatchResponse | undefined => {
    const events = seq === undefined ? undefined : feed.since(seq);
    const isFirst = seq === undefined || events === undefined;
    seq = feed.seq;
    if (isFirst) {
      const changed = listed.list(part.namespace, part.service);
      return new WatchResponse({ reset: true, changed, resumeToken: feed.token(seq) });
    }
    const own = latestOf(events.filter((event) => concerns(event, part)));
    return own.length === 0 ? undefined : responseOf(own, feed.token(seq));
  };

  const iterator: AsyncIterableIterator<WatchResponse> = {
    [Symbol.asyncIterator]: () => iterator,
    async next() {
      while (!isOver) {
        const response = take();
        if (response !== undefined) return { done: false, value: response };
        await new Promise<void>((resolve) => (wake = resolve));
        wake = undefined;
      }
      return { done: true, value: undefined };
    },
    async return() {
      stop();
      return { done: true, value: undefined };
    },
  };
  return iterator;
}

function concerns(event: Event<Instance>, { namespace, service }: WatchedPart): boolean {
  return event.namespace === namespace && (service === "" || event.service === service);
}

function latestOf(events: readonly Event<Instance>[]): Event<Instance>[] {
  return [...new Map(events.map((event) => [`${event.service}/${event.id}`, event])).values()];
}

function responseOf(events: readonly Event<Instance>[], resumeToken: string): WatchResponse {
  return new WatchResponse({
    changed: events.flatMap(({ value }) => value ?? []),
    removed: events.flatMap(({ namespace, service, id, value }) =>
      value ? [] : new InstanceKey({ namespace, service, id }),
    ),
    resumeToken,
  });
}
