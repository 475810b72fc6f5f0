import { Code, StatusError } from "@protoloom/rpc";

/** Identifies an instance. */
export interface Key {
  readonly namespace: string;
  readonly service: string;
  readonly id: string;
}

export const DEFAULT_NAMESPACE = "default";

const MAX_LENGTH = 200;

/** The path of an instance in the store. `checkName` ensures that its parts contain no slash. */
export function pathOf({ namespace, service, id }: Key): string {
  return `instances/${namespace}/${service}/${id}`;
}

/** Throws if the name of a namespace, service, instance or version cannot be a part of a path. */
export function checkName(what: string, name: string): string {
  const fault =
    name === "" ? "it is empty" : name.length > MAX_LENGTH ? `it is longer than ${MAX_LENGTH}` : faultOf(name);
  if (fault === undefined) return name;
  throw new StatusError(Code.InvalidArgument, `invalid ${what} ${JSON.stringify(name.slice(0, 50))}: ${fault}`);
}

function faultOf(name: string): string | undefined {
  return /^[\w.:@~+[\]-]+$/.test(name) ? undefined : "expected letters, digits and . _ - : @ ~ + [ ]";
}
