import { type Listener, type Model, type Route, showAddress } from "@protoloom/envoy";
import type { GeneratedFile } from "@protoloom/plugin-kit";
import { becauseOf, settingsOf } from "../explain/explanation.js";

/** The routes of each listener in the order in which Envoy tries them, as JSON for `protoloom route`. */
export function routesFormat(model: Model): GeneratedFile[] {
  const listeners = model.listeners.map((listener) => listenerJson(listener, model));
  return [{ name: "routes.json", content: `${JSON.stringify({ listeners }, undefined, 2)}\n` }];
}

function listenerJson(listener: Listener, model: Model): object {
  const { name, address, hosts, grpcWeb, transcoding, filters, routes } = listener;
  return {
    name,
    address: showAddress(address.value),
    because: becauseOf(address.cause),
    hosts,
    grpc_web: grpcWeb.value,
    rest: transcoding.value,
    cors: filters.some(({ value }) => value === "cors"),
    authorization: filters.some(({ value }) => value === "ext_authz") ? model.authorization?.cluster : undefined,
    routes: routes.map((route) => routeJson(route, transcoding.value)),
  };
}

function routeJson(route: Route, hasRest: boolean): object {
  const { name, path, isExact, condition, targets, service, method, policy } = route;
  const { header, percent, place } = condition ?? {};
  return {
    name,
    path,
    exact: isExact,
    header,
    percent,
    because: condition ? becauseOf({ place, why: "canary" }) : becauseOf(route.cause),
    rest:
      hasRest && condition === undefined
        ? method?.bindings.map(({ verb, template, shape }) => ({ verb, template, shape }))
        : undefined,
    clusters: targets.map(({ cluster, weight }) => ({ name: cluster, weight })),
    clusters_because: becauseOf(condition ? { place, why: "canary" } : service.targetCause),
    settings: settingsOf(policy, method?.isStreaming ?? true).map(({ key, value, text, cause }) => ({
      key,
      value,
      text,
      because: becauseOf(cause),
    })),
    fragment: route.fragment && {
      because: becauseOf({ place: route.fragment.place, why: "" }),
      envoy: route.fragment.json,
    },
  };
}
