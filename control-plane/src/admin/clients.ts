import { timestampFromMs } from "@protoloom/protobuf/wkt";
import { Answer, Client, ClientResource, Clients } from "../gen/protoloom/admin/v1/admin_pb.js";
import type { XdsStream } from "../xds/stream.js";

const MAX_CLIENTS = 100;
const MAX_RESOURCES = 200;

/** The clients of a namespace, each with its answers to what it was sent. */
export function clientsOf(streams: readonly XdsStream[], namespace: string, search: string): Clients {
  const found = streams
    .filter(({ client }) => client?.namespace === namespace && client.id.includes(search))
    .sort((a, b) => (a.client!.id < b.client!.id ? -1 : a.client!.id > b.client!.id ? 1 : a.since - b.since));
  return new Clients({
    clients: found.slice(0, MAX_CLIENTS).map(clientOf),
    omitted: Math.max(0, found.length - MAX_CLIENTS),
  });
}

function clientOf(stream: XdsStream): Client {
  const resources = [...stream.subscriptions.values()].flatMap(({ table, current, refused }) => {
    const type = table.type.name;
    const refusals = refused.map(({ name, resource, message, at }) => ({
      ...{ type, name, version: resource?.version, answer: Answer.REFUSED, reason: message },
      ...{ cause: resource?.causeOf(message), refusedAt: timestampFromMs(at) },
    }));
    const names = new Set(refused.map(({ name }) => name));
    const others = current.filter(({ name }) => !names.has(name));
    return [
      ...refusals,
      ...others.map(({ name, version, isAccepted }) => ({
        ...{ type, name, version, answer: isAccepted ? Answer.ACCEPTED : Answer.PENDING },
      })),
    ];
  });
  const count = (wanted: Answer): number => resources.filter(({ answer }) => answer === wanted).length;
  const isRefused = ({ answer }: { answer: Answer }): number => (answer === Answer.REFUSED ? 0 : 1);
  const shown = [...resources].sort((a, b) => isRefused(a) - isRefused(b)).slice(0, MAX_RESOURCES);
  const { client, peer, variant, since } = stream;
  return new Client({
    ...{ id: client!.id, agent: client!.agent, peer, variant, connectedAt: timestampFromMs(since) },
    ...{ accepted: count(Answer.ACCEPTED), pending: count(Answer.PENDING), refused: count(Answer.REFUSED) },
    resources: shown.map((each) => new ClientResource(each)),
    omitted: resources.length - shown.length,
  });
}
