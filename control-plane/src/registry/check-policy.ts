import { durationMs } from "@protoloom/protobuf/wkt";
import { Code, StatusError } from "@protoloom/rpc";
import { Policy } from "../gen/protoloom/registry/v1/registry_pb.js";
import { checkName, DEFAULT_NAMESPACE } from "./instance-key.js";

const MAX_VERSIONS = 100;
const MAX_TIMEOUT_MS = 86_400_000;
const MAX_ATTEMPTS = 5; // the maximum of gRPC clients (gRFC A6)

/** The policy as it is stored. Throws INVALID_ARGUMENT if a client could not follow it. */
export function checkedPolicy(given: Policy | undefined, namespace: string): Policy {
  if (given === undefined) throw invalid("there is no policy");
  const policy = new Policy({ ...given, namespace: given.namespace || namespace || DEFAULT_NAMESPACE });
  checkName("service", policy.service);
  checkSplit(policy);
  for (const { header, version } of policy.canaries) {
    if (!/^[a-z0-9-]+$/.test(header))
      throw invalid(`invalid header ${JSON.stringify(header)}: expected a-z, 0-9 and -`);
    if (/-bin$|^grpc-|^content-type$/.test(header))
      throw invalid(`invalid header ${JSON.stringify(header)}: gRPC clients do not match it`);
    checkName("version", version);
  }
  if (policy.attempts > MAX_ATTEMPTS)
    throw invalid(`invalid attempts ${policy.attempts}: the limit is ${MAX_ATTEMPTS}`);
  const timeout = policy.timeout === undefined ? 0 : durationMs(policy.timeout);
  if (!(timeout >= 0 && timeout <= MAX_TIMEOUT_MS))
    throw invalid(`invalid timeout of ${timeout} ms: expected up to 24 h`);
  return policy;
}

function checkSplit({ split, canaries }: Policy): void {
  if (split.length > MAX_VERSIONS || canaries.length > MAX_VERSIONS)
    throw invalid(`more than ${MAX_VERSIONS} versions`);
  for (const { version } of split) checkName("version", version);
  const versions = split.map(({ version }) => version);
  const twice = versions.find((version, i) => versions.indexOf(version) !== i);
  if (twice !== undefined) throw invalid(`the version ${twice} has two weights`);
  const sum = split.reduce((total, { weight }) => total + weight, 0);
  if (split.length > 0 && (sum === 0 || sum > MAX_SUM))
    throw invalid(`the sum of weights is ${sum}: expected 1 to ${MAX_SUM}`);
}

/** Envoy's routes and gRPC clients add up weights in 32 bits. */
const MAX_SUM = 4_294_967_295;

function invalid(text: string): StatusError {
  return new StatusError(Code.InvalidArgument, text);
}
