import type { Service } from "@protoloom/envoy";
import type { Check } from "../check.js";
import { matches } from "../plan/idempotency.js";
import { wildcardsOf } from "../plan/wildcards.js";

export const unknownMethod: Check = {
  id: "unknown-method",
  why: "The service does not have it, so its settings would be lost.",
  fix: "Correct the name: use the rpc's name in the proto, without the service.",
  *find({ model, inputs }) {
    const { deployment, places } = inputs.deployment;
    const known = new Set(
      model.services.flatMap(({ name, methods }) =>
        wildcardsOf(name).flatMap((each) => [each, ...methods.map((method) => `${each}/${method.name}`)]),
      ),
    );
    for (const [service, { methods = {}, idempotent }] of Object.entries(deployment.services ?? {})) {
      for (const name of Object.keys(methods)) {
        if (known.has(service) && !known.has(`${service}/${name}`)) {
          yield { place: places.place(methods, name), text: `method ${service}/${name} is in no proto` };
        }
      }
      const names = model.services.filter(({ name }) => wildcardsOf(name).includes(service)).flatMap(namesOf);
      for (const [i, pattern] of (idempotent?.methods ?? []).entries()) {
        if (known.has(service) && !names.some((name) => matches(pattern, name))) {
          yield { place: places.place(idempotent!.methods!, i), text: `no method of ${service} is called ${pattern}` };
        }
      }
    }
    for (const { service, method, place } of inputs.serviceConfig?.configs ?? []) {
      if (method !== "" && known.has(service) && !known.has(`${service}/${method}`)) {
        yield { place, isNote: true, text: `method ${service}/${method} is in no proto` };
      }
    }
  },
};

function namesOf({ methods }: Service): string[] {
  return methods.map(({ name }) => name);
}
