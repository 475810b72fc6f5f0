import { join } from "node:path";
import { factsOf, firstDifference } from "./facts.mjs";
import { protobufEs } from "./libraries/protobuf-es.mjs";
import { openReference } from "./reference.mjs";

/**
 * Checks that the library handles every payload of a workload correctly. Returns the first mistake of each incorrect
 * operation: `{ decode: "wants .longs[3] 9007199254740993, has .longs[3] 9007199254740992" }`.
 */
export function verify(library, workload, { driver, messages, inits, bytes, texts }, payloadDir) {
  const reference = openReference(join(payloadDir, "descriptors.binpb"));
  const descriptor = reference.descriptor(workload);
  const wanted = inits.map((init) => factsOf(protobufEs, descriptor, reference.create(workload, init)));
  const theirs = (message) => factsOf(library, descriptor, message);
  const reread = (message) => factsOf(protobufEs, descriptor, message);

  const results = {
    encode: (i) => reread(reference.decode(workload, driver.encodeLoop(messages, i, 1))),
    decode: (i) => theirs(driver.decodeLoop(bytes, i, 1)),
    toJson: (i) => reread(reference.fromJson(workload, driver.toJsonLoop(messages, i, 1))),
    fromJson: (i) => theirs(driver.fromJsonLoop(texts, i, 1)),
  };
  const wrong = {};
  for (const [operation, resultOf] of Object.entries(results)) {
    const reason = inits.map((_, i) => differenceOf(wanted[i], resultOf, i)).find((found) => found !== undefined);
    if (reason !== undefined) wrong[operation] = reason;
  }
  return wrong;
}

function differenceOf(wanted, resultOf, i) {
  try {
    return firstDifference(wanted, resultOf(i));
  } catch (error) {
    return `throws ${error.message.split("\n")[0]}`;
  }
}
