import type { Check } from "../check.js";

export const invalidHttpRule: Check = {
  id: "invalid-http-rule",
  why: "Envoy's transcoder rejects the whole configuration because of it.",
  fix: "Correct the google.api.http option; google/api/http.proto describes it.",
  *find({ model }) {
    for (const { name, methods } of model.services) {
      for (const method of methods) {
        for (const { errors, place } of method.bindings) {
          for (const error of errors) yield { place, text: `google.api.http of ${name}/${method.name}: ${error}` };
        }
      }
    }
  },
};
