import { Code, StatusError } from "@protoloom/rpc";

/** What names an instance. */
export interface Key {
  readonly namespace: string;
  readonly service: string;
  readonly id: string;
}

export const DEFAULT_NAMESPACE = "default";

const MAX_LENGTH = 200;

/** The path of an instance in the store. Its parts hold no slash: `checkName` sees to it. */
export function pathOf({ namespace, service, id }: Key): string {
  return `instances/${namespace}/${service}/${id}`;
}

/** Throws for what cannot be a part of a path, and so not the name of a namespace, a service, an instance or a version. */
export function checkName(what: string, name: string): string {
  const fault =
    name === "" ? "it is empty" : name.length > MAX_LENGTH ? `it is longer than ${MAX_LENGTH}` : faultOf(name);
  if (fault === undefined) return name;
  throw new StatusError(Code.InvalidArgument, `invalid ${what} ${JSON.stringify(name.slice(0, 50))}: ${fault}`);
}

function faultOf(name: string): string | undefined {
  return /^[\w.:@~+[\]-]+$/.test(name) ? undefined : "expected letters, digits and . _ - : @ ~ + [ ]";
}
