import type { DescFile } from "@bufbuild/protobuf";
import type { Model, Place } from "@protoloom/envoy";
import { checkModel } from "./checks/index.js";
import { readDeployment } from "./input/deployment.js";
import { readServiceConfig } from "./input/service-config.js";
import { buildModel } from "./plan/build.js";
import type { Problem } from "./problem.js";

/** The text of a file, and the name that problems call it by. */
export interface Source {
  readonly text: string;
  readonly name: string;
}

/** A model, and what was found while it was made. The model is good only if all problems are notes. */
export interface Compiled {
  readonly model: Model;
  readonly problems: readonly Problem[];
}

/** Builds and checks the model of some services and where they run. Pure. */
export function compile(
  files: readonly DescFile[],
  deploymentSource: Source | undefined,
  serviceConfigSource: Source | undefined,
): Compiled {
  const deployment = readDeployment(deploymentSource?.text, deploymentSource?.name ?? "");
  const serviceConfig = serviceConfigSource && readServiceConfig(serviceConfigSource.text, serviceConfigSource.name);
  const built = buildModel({ files, deployment, serviceConfig });
  const readers = [deployment.places, serviceConfig?.places, built.protoPlaces].filter((each) => each !== undefined);
  const isKnown = (place: Place): boolean => readers.some(({ replaced }) => replaced.has(place));
  const problems = [...readers.flatMap((each) => each.problems), ...checkModel(built, isKnown)];
  return { model: built.model, problems };
}
