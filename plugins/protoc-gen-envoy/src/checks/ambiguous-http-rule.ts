import type { Check } from "../check.js";

export const ambiguousHttpRule: Check = {
  id: "ambiguous-http-rule",
  why: "A request would match both, and which method gets it would be arbitrary.",
  fix: "Make the paths differ in a literal segment, or expose the services on different listeners.",
  *find({ model }) {
    for (const { services, transcoding } of model.listeners) {
      if (!transcoding.value) continue;
      const first = new Map<string, { path: string; place: string }>();
      for (const { bindings, path } of services.flatMap(({ methods }) => methods)) {
        for (const { verb, shape, template, place, errors } of bindings) {
          if (errors.length > 0) continue;
          const key = `${verb} ${shape}`;
          const other = first.get(key);
          if (other) yield { place, text: `${verb} ${template} of ${path} is that of ${other.path} at ${other.place}` };
          else first.set(key, { path, place });
        }
      }
    }
  },
};
