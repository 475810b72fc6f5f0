import { existsSync, type FSWatcher, readFileSync, watch } from "node:fs";
import { basename, extname, join } from "node:path";
import { messageTypes, registry } from "@protoloom/envoy";
import { type Any, Any as AnyClass, anyUnpack } from "@protoloom/protobuf/wkt";
import { parse } from "yaml";
import { Resource, type ResourceMessage } from "../cache/resource.js";
import { refuseFaults } from "../resources/check-resources.js";
import type { Finder, Source } from "./source.js";

/** The files that `protoc-gen-envoy` writes with `format=ads`, one for each type. `causes.yaml` says where they come from. */
const names = ["listeners", "routes", "clusters", "endpoints", "secrets"];
const endings = ["yaml", "json"];

/** Reads the resources of a folder and checks them as `checkResources` does. Throws an Error with the line that is wrong. */
function readResources(folder: string): Resource[] {
  const files = names.flatMap((name) => endings.map((ending) => join(folder, `${name}.${ending}`)).filter(existsSync));
  if (files.length === 0) throw new Error(`${folder} has none of ${names.map((name) => `${name}.yaml`).join(", ")}`);
  const causes = readCauses(folder);
  const found = files.flatMap((file) => readFile(file, causes[basename(file, extname(file))] ?? {}));
  refuseFaults(found, "envoy");
  return found;
}

/** The resources of a folder, read again when a file changes. Files that are wrong change nothing. */
export class ResourceFiles implements Source {
  readonly name = "resources";
  private readonly folder: string;
  private watcher: FSWatcher | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(folder: string) {
    this.folder = folder;
  }

  async start(finder: Finder): Promise<void> {
    finder.found({ resources: readResources(this.folder) });
    this.watcher = watch(this.folder, () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.read(finder), SETTLE_MS);
    });
  }

  close(): void {
    clearTimeout(this.timer);
    this.watcher?.close();
  }

  private read(finder: Finder): void {
    try {
      finder.found({ resources: readResources(this.folder) });
    } catch (e) {
      finder.failed((e as Error).message);
    }
  }
}

/** Waits until all files are written: they are written one after another. */
const SETTLE_MS = 100;

/** The lines of the deployment file that resources come from, by type and name. The plugin writes them beside the resources. */
type Causes = Readonly<Record<string, Readonly<Record<string, string>>>>;

function readCauses(folder: string): Causes {
  const file = endings.map((ending) => join(folder, `causes.${ending}`)).find(existsSync);
  if (file === undefined) return {};
  const causes: unknown = parse(readFileSync(file, "utf8"));
  const isCauses = typeof causes === "object" && causes !== null;
  return isCauses ? (causes as Causes) : {};
}

function readFile(file: string, causes: Causes[string]): Resource[] {
  const { resources = [] } = (parse(readFileSync(file, "utf8")) ?? {}) as { resources?: unknown[] };
  return resources.map((json, index) => {
    const cause = `${file}: resources[${index}]`;
    const message = unpacked(json, cause);
    const name = nameOf(message);
    const line = Object.hasOwn(causes, name) ? causes[name] : undefined;
    return new Resource(name, message, { cause: line ?? cause });
  });
}

function unpacked(json: unknown, cause: string): ResourceMessage {
  let any: Any;
  try {
    any = AnyClass.fromJson(json as never, { registry });
  } catch (e) {
    throw new Error(`${cause}: ${(e as Error).message}`, { cause: e });
  }
  const message = anyUnpack(any, registry) as ResourceMessage | undefined;
  if (message === undefined || !messageTypes.has(message.$typeName))
    throw new Error(`${cause}: ${any.typeUrl} is not a known type`);
  return message;
}

function nameOf(message: ResourceMessage): string {
  const { name, clusterName } = message as ResourceMessage & { name?: string; clusterName?: string };
  return clusterName ?? name ?? "";
}
