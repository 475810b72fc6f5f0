import type { DescMethod } from "@bufbuild/protobuf";
import type { HttpBinding, Place } from "@protoloom/envoy";
import type { HttpRule } from "@protoloom/envoy/gen/google/api/http_pb";

/** The bindings of a rule: its own and the additional ones. */
export function bindingsOf(method: DescMethod, rule: HttpRule, place: Place): HttpBinding[] {
  return [bindingOf(method, rule, place), ...rule.additionalBindings.map((each) => bindingOf(method, each, place))];
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
  if (responseBody !== "" && !method.output.fields.some(({ name }) => name === responseBody)) {
    errors.push(`the response_body ${responseBody} is no field of ${method.output.typeName}`);
  }
  return { verb, template, shape: shape ?? "", body, place, errors };
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
  const isRight = path !== "" && path.split("/").every((each) => segment.test(each));
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
