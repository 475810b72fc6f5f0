import { existsSync, type FSWatcher, readFileSync, watch } from "node:fs";
import { join } from "node:path";
import { checkMessage, messageTypes, registry } from "@protoloom/envoy";
import { type Any, Any as AnyClass, anyUnpack } from "@protoloom/protobuf/wkt";
import { parse } from "yaml";
import { Resource, type ResourceMessage } from "../cache/resource.js";
import type { Finder, Source } from "./source.js";

/** The files that `protoc-gen-envoy` writes with `format=ads`, one for each type. */
const names = ["listeners", "routes", "clusters", "endpoints"];
const endings = ["yaml", "json"];

/** Reads the resources of a folder and checks them by the rules of Envoy's API. Throws an Error with the place and the cause. */
function readResources(folder: string): Resource[] {
  const files = names.flatMap((name) => endings.map((ending) => join(folder, `${name}.${ending}`)).filter(existsSync));
  if (files.length === 0) throw new Error(`${folder} has none of ${names.map((name) => `${name}.yaml`).join(", ")}`);
  return files.flatMap(readFile);
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

function readFile(file: string): Resource[] {
  const { resources = [] } = (parse(readFileSync(file, "utf8")) ?? {}) as { resources?: unknown[] };
  return resources.map((json, index) => {
    const cause = `${file}: resources[${index}]`;
    const message = unpacked(json, cause);
    const type = messageTypes.get(message.$typeName)!;
    const [first] = checkMessage(type.schema, message, messageTypes);
    if (first !== undefined) throw new Error(`${cause}: ${first.path}: ${first.text} (${first.rule})`);
    return new Resource(nameOf(message), message, { cause });
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
