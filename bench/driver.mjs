import { operations } from "./operations.mjs";
import { PAYLOADS, typeNameOf } from "./workloads.mjs";

/**
 * The module that times a library on a workload: `createMessage`, and for each operation a separate loop over the inputs, such
 * as `encodeLoop(inputs, from, count)`. A loop shared by several types would slow down all but the first.
 */
export function driverOf(library, workload) {
  const { proto, message, envelope } = workload;
  const types = [message, ...(envelope ? [envelope.message] : [])];
  const imports = types.flatMap((type) => library.importOf(proto, type, typeNameOf(proto, type)).split("\n"));
  const steps = envelope ? envelopedSteps(library, message, envelope.message) : plainSteps(library, message);
  return [
    ...new Set(imports),
    ``,
    `let last;`,
    `let envelope;`,
    `export const createMessage = (init) => ${library.create(message, "init")};`,
    envelope && `export const createEnvelope = (init) => { envelope = ${library.create(envelope.message, "init")}; };`,
    ...operations.map(({ name }) => loop(name, steps[name])),
  ]
    .filter((line) => line !== undefined)
    .join("\n");
}

function plainSteps(library, type) {
  return Object.fromEntries(operations.map(({ name }) => [name, `last = ${library[name](type, "input")};`]));
}

function envelopedSteps(library, inner, outer) {
  const value = "envelope.resources[0].value";
  return {
    ...plainSteps(library, inner),
    encode: `${value} = ${library.encode(inner, "input")}; last = ${library.encode(outer, "envelope")};`,
    decode: `const outer = ${library.decode(outer, "input")}; last = ${library.decode(inner, "outer.resources[0].value")};`,
  };
}

function loop(name, step) {
  return [
    ``,
    `export function ${name}Loop(inputs, from, count) {`,
    `  for (let i = from; i < from + count; i++) {`,
    `    const input = inputs[i % ${PAYLOADS}];`,
    `    ${step}`,
    `  }`,
    `  return last;`,
    `}`,
  ].join("\n");
}
