import type { InstanceOverviewJson, ServiceOverviewJson } from "../src/gen/protoloom/admin/v1/admin_pb.js";
import { Omitted } from "./omitted.js";
import { now, services } from "./state.js";
import { Status } from "./status.js";
import { Traffic } from "./traffic.js";

/** The services of the namespace, each with its traffic and its instances. */
export function Services() {
  const { services: all = [], omitted = 0 } = services.value;
  return (
    <>
      {all.length === 0 && <p class="empty">No service is registered here.</p>}
      {all.map((service) => (
        <Service key={service.summary?.name} service={service} />
      ))}
      <Omitted count={omitted} what="services" />
    </>
  );
}

function Service({ service }: { readonly service: ServiceOverviewJson }) {
  const { name = "", instances: total = 0, healthy = 0, versions = [], protected: isProtected } = service.summary ?? {};
  const { instances = [], omitted = 0 } = service;
  return (
    <details class="card">
      <summary>
        <h3>{name}</h3>
        <span class={healthy === total && total > 0 ? "good" : "bad"}>
          {healthy} of {total} healthy
        </span>
        <span class="quiet">{versions.filter(Boolean).join(", ")}</span>
        {isProtected && <span class="bad">protected: many instances fell silent at once</span>}
      </summary>
      <Traffic service={service} />
      <h4>Instances</h4>
      <ul class="rows instances">
        {instances.map((each) => (
          <Instance key={each.instance?.id} overview={each} />
        ))}
      </ul>
      <Omitted count={omitted} what="instances" />
    </details>
  );
}

function Instance({ overview: { instance = {}, expiresAt } }: { readonly overview: InstanceOverviewJson }) {
  const { id, host = "", port, version, region, zone, status, reason } = instance;
  const address = host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
  return (
    <li>
      <Status status={status} />
      <span class="name">{address}</span>
      <span>{version}</span>
      <span class="quiet">{[region, zone].filter(Boolean).join("/")}</span>
      <Lease expiresAt={expiresAt} />
      {id !== address && <span class="quiet name">{id}</span>}
      {reason && <span class="bad">{reason}</span>}
    </li>
  );
}

function Lease({ expiresAt }: { readonly expiresAt: string | undefined }) {
  if (expiresAt === undefined) return <span class="quiet">no lease</span>;
  const seconds = Math.max(0, Math.round((Date.parse(expiresAt) - now.value) / 1000));
  return <span class="quiet">lease: {seconds} s left</span>;
}
