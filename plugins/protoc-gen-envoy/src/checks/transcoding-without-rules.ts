import type { Check } from "../check.js";

export const transcodingWithoutRules: Check = {
  id: "transcoding-without-rules",
  why: "Without google.api.http there is no REST to transcode: every REST request would be answered with 404.",
  fix: "Add google.api.http to a method, or remove `transcoding`.",
  *find({ model }) {
    for (const { name, transcoding, services } of model.listeners) {
      const has = services.some(({ methods }) => methods.some(({ bindings }) => bindings.length > 0));
      if (transcoding.value && !has) {
        yield {
          place: transcoding.cause.place ?? "",
          text: `listener ${name} is to transcode, but no service of it has google.api.http`,
        };
      }
    }
  },
};
