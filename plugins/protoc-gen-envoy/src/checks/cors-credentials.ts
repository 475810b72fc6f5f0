import type { Cors, Place } from "@protoloom/envoy";
import { type Check, distinct } from "../check.js";

export const corsCredentials: Check = {
  id: "cors-credentials",
  why: "Any web page could make calls on behalf of its visitors.",
  fix: "Name the origins, or do not allow credentials.",
  find({ model, inputs }) {
    const { places } = inputs.deployment;
    const all: { cors: Cors | undefined; place: Place; of: string }[] = [
      ...model.listeners.map(({ name, cors }) => ({
        cors,
        place: cors ? places.place(cors) : "",
        of: `listener ${name}`,
      })),
      ...model.services.flatMap(({ methods }) =>
        methods.map(({ path, policy: { cors } }) => ({ cors: cors.value, place: cors.cause.place ?? "", of: path })),
      ),
    ];
    const wrong = all.filter(({ cors }) => cors?.credentials && cors.origins.includes("*"));
    return distinct(
      wrong.map(({ place, of }) => ({ place, text: `cors of ${of} allows credentials to every origin` })),
    );
  },
};
