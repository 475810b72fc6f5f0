import { hash } from "node:crypto";
import { existsSync, type FSWatcher, readFileSync, watch } from "node:fs";
import { basename, extname, join } from "node:path";
import { canonicalJson, messageTypes, registry } from "@protoloom/envoy";
import { RouteConfiguration } from "@protoloom/envoy/gen/envoy/config/route/v3/route_pb";
import type { JsonValue } from "@protoloom/protobuf";
import { type Any, Any as AnyClass, anyUnpack } from "@protoloom/protobuf/wkt";
import { parse } from "yaml";
import { Resource, type ResourceMessage, type ResourcePart } from "../cache/resource.js";
import { refuseFaults } from "../resources/check-resources.js";
import type { Finder, Source } from "./source.js";

/**
 * The files that `protoc-gen-envoy` writes with `format=ads`, one for each type. `causes.yaml` says where they come from, and
 * which content the plugin has checked.
 */
const names = ["listeners", "routes", "clusters", "endpoints", "secrets"];
const endings = ["yaml", "json"];

/**
 * Reads the resources of a folder and checks them as `checkResources` does. Resources of the plugin must be those that its
 * diagnostics have passed, all of one run. Throws an Error with the line that is wrong.
 */
function readResources(folder: string): Resource[] {
  const files = names.flatMap((name) => endings.map((ending) => join(folder, `${name}.${ending}`)).filter(existsSync));
  if (files.length === 0) throw new Error(`${folder} has none of ${names.map((name) => `${name}.yaml`).join(", ")}`);
  const causes = readCauses(folder);
  for (const name of Object.keys(causes.checked ?? {}))
    if (!files.some((file) => typeOf(file) === name)) throw new Error(`${join(folder, `${name}.yaml`)} is missing`);
  const found = files.flatMap((file) => readFile(file, causes));
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

type ByName = Readonly<Record<string, string>>;

/** The file that the plugin writes beside the resources. */
interface Causes {
  /** The hash of the resources of each type: what its diagnostics have passed. */
  readonly checked?: ByName;
  /** The lines of the proto and the deployment file that each route comes from, by virtual host and route. */
  readonly lines?: Readonly<Record<string, ByName>>;
  /** The line of the deployment file that each resource comes from, by type and name. */
  readonly [type: string]: ByName | Readonly<Record<string, ByName>> | undefined;
}

function readCauses(folder: string): Causes {
  const file = endings.map((ending) => join(folder, `causes.${ending}`)).find(existsSync);
  if (file === undefined) return {};
  const causes: unknown = parse(readFileSync(file, "utf8"));
  const isCauses = typeof causes === "object" && causes !== null;
  return isCauses ? (causes as Causes) : {};
}

function typeOf(file: string): string {
  return basename(file, extname(file));
}

function readFile(file: string, causes: Causes): Resource[] {
  const { resources = [] } = (parse(readFileSync(file, "utf8")) ?? {}) as { resources?: unknown[] };
  checkContent(file, resources, own(causes.checked, typeOf(file)));
  const lines = own(causes, typeOf(file)) as ByName | undefined;
  return resources.map((json, index) => {
    const cause = `${file}: resources[${index}]`;
    const message = unpacked(json, cause);
    const name = nameOf(message);
    return new Resource(name, message, {
      cause: own(lines, name) ?? cause,
      parts: message instanceof RouteConfiguration ? partsOf(message, causes.lines) : [],
    });
  });
}

/** The plugin writes nothing that its diagnostics refuse; what has changed since has not passed them. */
function checkContent(file: string, resources: readonly unknown[], checked: string | undefined): void {
  if (checked === undefined || checked === hashOf(resources)) return;
  throw new Error(
    `${file}: not what protoc-gen-envoy has checked: generate it again, or delete causes${extname(file)} if the resources are your own`,
  );
}

/** As the plugin makes it. */
function hashOf(resources: readonly unknown[]): string {
  return hash("sha256", canonicalJson(resources as JsonValue[]), "hex").slice(0, 16);
}

function partsOf({ virtualHosts }: RouteConfiguration, lines: Causes["lines"]): ResourcePart[] {
  return virtualHosts.flatMap((host, i) =>
    host.routes.flatMap(({ name, match }, j) => {
      const line = own(own(lines, host.name), name) ?? own(own(lines, host.name), name.replace(/ preflight$/, ""));
      const path = match?.pathSpecifier.case === "path" ? [match.pathSpecifier.value] : [];
      return line === undefined ? [] : [{ path: `virtual_hosts[${i}].routes[${j}]`, names: [name, ...path], line }];
    }),
  );
}

/** The value of a key that a file may or may not have. */
function own<T>(record: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;
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
