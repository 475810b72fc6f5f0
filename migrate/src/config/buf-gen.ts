import { InputError } from "@protoloom/protoc-gen-compat";
import { isMap, isScalar, isSeq, parseDocument, type YAMLMap } from "yaml";
import type { PeerPlugins } from "../source.js";
import type { Output } from "./build-files.js";

/** A buf.gen.yaml with our plugins in the place of others. Comments and all other lines stay. Throws InputError. */
export function migrateBufGen(text: string, path: string, peers: readonly PeerPlugins[], output: Output): string {
  const document = parseDocument(text);
  if (document.errors.length > 0)
    throw new InputError(`cannot read ${path}: ${document.errors[0]!.message.split("\n")[0]}`);
  const plugins = document.get("plugins");
  if (!isSeq(plugins)) return text;
  const old = plugins.items.filter((item): item is YAMLMap => isMap(item) && isOf(item, peers));
  const [first] = old;
  if (first === undefined) return text;
  const out = first.get("out");
  const local = first.has("local") || first.has("remote") ? "local" : first.has("plugin") ? "plugin" : "name";
  const ours = (name: string, options: readonly string[]): unknown =>
    document.createNode({
      [local]: local === "local" ? `protoc-gen-${name}` : name,
      out,
      ...(first.get("include_imports") === true ? { include_imports: true } : {}),
      ...(options.length === 0 ? {} : { opt: [...options] }),
    });
  const made = [
    ours("protoloom", [...output.shared, ...output.messages]),
    ...(output.services ? [ours("ts-grpc", output.shared)] : []),
  ];
  const at = plugins.items.indexOf(first);
  const rest = plugins.items.filter((item) => !old.includes(item as YAMLMap));
  plugins.items = [...plugins.items.slice(0, at), ...made, ...rest.slice(at)] as typeof plugins.items;
  return document.toString({ lineWidth: 0 });
}

function isOf(plugin: YAMLMap, peers: readonly PeerPlugins[]): boolean {
  const text = (key: string): string => {
    const node = plugin.get(key, true) as unknown;
    if (isSeq(node)) return String(node.items.map((item) => (isScalar(item) ? item.value : item)).at(-1));
    return isScalar(node) ? String(node.value) : "";
  };
  const names = [text("local"), text("plugin"), text("name")].filter((name) => name !== "");
  const remote = text("remote")
    .replace(/^[^/]+\.[^/]+\//, "")
    .replace(/:.*$/, "");
  return peers.some((peer) => {
    const isLocal = names.some((name) => peer.local.some((each) => baseName(name) === each));
    return isLocal || peer.remote.includes(remote) || names.some((name) => peer.remote.includes(baseRemote(name)));
  });
}

/** `./node_modules/.bin/protoc-gen-es` is `es`. */
function baseName(name: string): string {
  return name.replace(/^.*[/\\]/, "").replace(/^protoc-gen-/, "");
}

function baseRemote(name: string): string {
  return name.replace(/^buf\.build\//, "").replace(/:.*$/, "");
}
