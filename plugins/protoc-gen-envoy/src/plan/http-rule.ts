import type { DescMethod } from "@bufbuild/protobuf";
import type { HttpBinding, Place } from "@protoloom/envoy";
import type { HttpRule } from "@protoloom/envoy/gen/google/api/http_pb";

/** The bindings of a rule: its own and the additional ones. */
export function bindingsOf(method: DescMethod, rule: HttpRule, place: Place): HttpBinding[] {
  const more = rule.additionalBindings.map((each) => {
    const binding = bindingOf(method, each, place);
    // Envoy would send the whole message
    return each.responseBody === "" ? binding : withError(binding, "additional_bindings cannot have a response_body");
  });
  return [bindingOf(method, rule, place), ...more];
}

function withError(binding: HttpBinding, error: string): HttpBinding {
  return { ...binding, errors: [...binding.errors, error] };
}

function bindingOf(method: DescMethod, { pattern, body, responseBody }: HttpRule, place: Place): HttpBinding {
  const [verb, template] =
    pattern.case === "custom"
      ? [pattern.value.kind, pattern.value.path]
      : [pattern.case?.toUpperCase() ?? "", pattern.value ?? ""];
  const { shape, variables } = parseTemplate(template);
  const errors: string[] = [];
  if (verb === "") errors.push("expected get, put, post, delete, patch or custom, got none");
  else if (shape === undefined)
    errors.push(`expected a path template such as "/v1/{name=orders/*}", got ${JSON.stringify(template)}`);
  for (const path of variables) {
    if (!hasField(method, path)) errors.push(`the variable ${path} is no field of ${method.input.typeName}`);
  }
  if (body !== "" && body !== "*" && !hasField(method, body)) {
    errors.push(`the body ${body} is no field of ${method.input.typeName}`);
  }
  if (responseBody !== "") errors.push(...responseBodyErrors(method, responseBody));
  return { verb, template, shape: shape ?? "", body, place, errors };
}

function responseBodyErrors({ output }: DescMethod, name: string): string[] {
  const field = output.fields.find((each) => each.name === name);
  if (field === undefined) return [`the response_body ${name} is no field of ${output.typeName}`];
  if (field.fieldKind === "message" && field.message.typeName === "google.api.HttpBody") return [];
  return [`the response_body ${name} is no google.api.HttpBody, and Envoy takes no other`];
}

const segment = /^(?:\*|\*\*|[^{}*/:]+)$/;
const variable = /\{([\w.]+)(?:=([^{}]+))?\}/g;

function parseTemplate(template: string): { shape: string | undefined; variables: string[] } {
  const variables: string[] = [];
  const flat = template.replace(variable, (_, path: string, segments = "*") => {
    variables.push(path);
    return segments;
  });
  const [, path = "", verb = ""] = /^\/(.*?)(:[^/{}*:]+)?$/.exec(flat) ?? [];
  const segments = path.split("/");
  // "/" is the root; "**" matches the rest of the path, so only a verb can follow it
  const isRight =
    flat === "/" ||
    (path !== "" && segments.every((each) => segment.test(each)) && !segments.slice(0, -1).includes("**"));
  return { shape: isRight ? `/${path}${verb}` : undefined, variables };
}

function hasField(method: DescMethod, path: string): boolean {
  let message: DescMethod["input"] | undefined = method.input;
  for (const name of path.split(".")) {
    const field: DescMethod["input"]["fields"][number] | undefined = message?.fields.find((each) => each.name === name);
    if (field === undefined) return false;
    message = field.message;
  }
  return true;
}
