import type { ClientJson, ClientResourceJson } from "../src/gen/protoloom/admin/v1/admin_pb.js";
import { Omitted } from "./omitted.js";
import { clients } from "./state.js";
import { Time } from "./time.js";

/** The proxies and gRPC clients that are connected, each with its answer to every resource. */
export function Clients() {
  const { clients: all = [], omitted = 0 } = clients.value;
  return (
    <>
      {all.length === 0 && <p class="empty">No proxy or gRPC client is connected.</p>}
      {all.map((client) => (
        <Client key={`${client.id} ${client.peer}`} client={client} />
      ))}
      <Omitted count={omitted} what="clients" />
    </>
  );
}

function Client({ client }: { readonly client: ClientJson }) {
  const { id, agent, peer, variant, accepted = 0, pending = 0, refused = 0, resources = [], omitted = 0 } = client;
  return (
    <details class="card">
      <summary>
        <h3>{id}</h3>
        <span class="good">{accepted} ACK</span>
        {pending > 0 && <span class="wait">{pending} sent</span>}
        {refused > 0 && <span class="bad">{refused} NACK</span>}
        <span class="quiet">
          {agent}, {variant === "delta" ? "delta" : "state of the world"}
        </span>
      </summary>
      <p class="quiet">
        From {peer} since <Time at={client.connectedAt} />
      </p>
      <ul class="rows resources">
        {resources.map((each) => (
          <Resource key={`${each.type} ${each.name}`} resource={each} />
        ))}
      </ul>
      <Omitted count={omitted} what="resources" />
    </details>
  );
}

const answers = {
  ANSWER_UNSPECIFIED: { word: "sent", look: "quiet" },
  ANSWER_PENDING: { word: "sent", look: "wait" },
  ANSWER_ACCEPTED: { word: "ACK", look: "good" },
  ANSWER_REFUSED: { word: "NACK", look: "bad" },
} as const;

function Resource({ resource }: { readonly resource: ClientResourceJson }) {
  const { type, name, version, answer = "ANSWER_UNSPECIFIED", reason, cause, refusedAt } = resource;
  const { word, look } = answers[answer];
  return (
    <li>
      <span class={look}>{word}</span>
      <span class="quiet">{type}</span>
      <span class="name">{name}</span>
      <span class="quiet name">{version}</span>
      {reason && (
        <p class="bad">
          {reason}
          {cause && ` (${cause})`} <Time at={refusedAt} />
        </p>
      )}
    </li>
  );
}
