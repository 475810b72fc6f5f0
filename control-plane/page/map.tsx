import { useSignal } from "@preact/signals";
import type { MapEdgeJson, ResourceMapJson } from "../src/gen/protoloom/admin/v1/admin_pb.js";
import { columns, type PlacedNode, placed, wayThrough } from "./layout.js";
import { Omitted } from "./omitted.js";
import { maps } from "./state.js";
import { stateOf } from "./status.js";

const families: Readonly<Record<string, string>> = { envoy: "Envoy", grpc: "gRPC clients" };

/** The way of a call, drawn for wide screens and as a list for narrow ones. */
export function Maps() {
  const all = maps.value.maps ?? [];
  if (all.length === 0) return <p class="empty">Nothing is served yet.</p>;
  return (
    <>
      {all.map((map) => (
        <section class="card" key={map.family}>
          <h3>{families[map.family ?? ""] ?? map.family}</h3>
          <Drawing map={map} />
          <List map={map} />
          <Omitted count={map.omitted ?? 0} what="resources" />
        </section>
      ))}
    </>
  );
}

const NODE = { width: 250, height: 34, gapX: 70, gapY: 8, top: 30, letters: 32 } as const;

function Drawing({ map }: { readonly map: ResourceMapJson }) {
  const chosen = useSignal<string | undefined>(undefined);
  const nodes = placed(map);
  const start = nodes.find((each) => keyOf(each) === chosen.value);
  const lit = start && wayThrough(nodes, start.index);
  const rows = Math.max(0, ...nodes.map(({ row }) => row)) + 1;
  const width = columns.length * (NODE.width + NODE.gapX) - NODE.gapX;
  const height = NODE.top + rows * (NODE.height + NODE.gapY);
  const look = (isLit: boolean): string => (lit === undefined ? "" : isLit ? "lit" : "dim");
  return (
    // biome-ignore lint/a11y/useSemanticElements: it is a drawing, and no form
    <svg class="map" viewBox={`0 0 ${width} ${height}`} role="group" aria-label="From listeners to endpoints">
      {columns.map((name, column) => (
        <text key={name} class="column" x={xOf(column)} y="16">
          {name}s
        </text>
      ))}
      {(map.edges ?? []).map((edge) => {
        const from = nodes[edge.from ?? 0]!;
        const to = nodes[edge.to ?? 0]!;
        const isLit = (lit?.has(from.index) && lit.has(to.index)) ?? false;
        return <Edge key={`${edge.from} ${edge.to}`} edge={edge} from={from} to={to} look={look(isLit)} />;
      })}
      {nodes.map((each) => (
        <Node
          key={keyOf(each)}
          placed={each}
          all={nodes}
          look={look(lit?.has(each.index) ?? false)}
          isChosen={chosen.value === keyOf(each)}
          onChoose={() => (chosen.value = chosen.value === keyOf(each) ? undefined : keyOf(each))}
        />
      ))}
    </svg>
  );
}

/** Its index changes with what else is on the map. */
function keyOf({ node: { type, name } }: PlacedNode): string {
  return `${type} ${name}`;
}

function xOf(column: number): number {
  return column * (NODE.width + NODE.gapX);
}

function yOf({ row }: PlacedNode): number {
  return NODE.top + row * (NODE.height + NODE.gapY);
}

interface EdgeProps {
  readonly edge: MapEdgeJson;
  readonly from: PlacedNode;
  readonly to: PlacedNode;
  readonly look: string;
}

function Edge({ edge, from, to, look }: EdgeProps) {
  const [x1, y1] = [xOf(from.column) + NODE.width, yOf(from) + NODE.height / 2];
  const [x2, y2] = [xOf(to.column), yOf(to) + NODE.height / 2];
  const middle = (x1 + x2) / 2;
  const label = labelOf(edge);
  return (
    <g class={`edge ${look} ${edge.share === 0 ? "unused" : ""}`}>
      <path d={`M${x1},${y1} C${middle},${y1} ${middle},${y2} ${x2},${y2}`} />
      {label !== "" && (
        <text x={x2 - 6} y={y2 - 5} text-anchor="end">
          {label}
        </text>
      )}
    </g>
  );
}

function labelOf({ share, condition = "" }: MapEdgeJson): string {
  const percent = share === undefined ? "" : `${Math.round(Number(share) * 10) / 10} %`;
  return [percent, condition].filter(Boolean).join(", ");
}

interface NodeProps {
  readonly placed: PlacedNode;
  readonly all: readonly PlacedNode[];
  readonly look: string;
  readonly isChosen: boolean;
  onChoose(): void;
}

function Node({ placed: { node, column, row, to }, all, look, isChosen, onChoose }: NodeProps) {
  const { type = "", name = "", refused } = node;
  const state = type === "endpoint" ? stateOf(node.status) : undefined;
  const targets = to.map((index) => all[index]!.node.name).join(", ");
  const notes = [state?.word, targets && `leads to ${targets}`].filter(Boolean).join(", ");
  const y = NODE.top + row * (NODE.height + NODE.gapY);
  return (
    // biome-ignore lint/a11y/useSemanticElements: SVG has no button
    <g
      class={`node ${look} ${refused ? "refused" : ""}`}
      role="button"
      aria-pressed={isChosen}
      aria-label={`${type} ${refused ? "refused " : ""}${name}${notes && `: ${notes}`}`}
      tabIndex={0}
      transform={`translate(${xOf(column)},${y})`}
      onClick={onChoose}
      onKeyDown={(event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        onChoose();
      }}
    >
      <title>{name}</title>
      <rect width={NODE.width} height={NODE.height} rx="6" />
      <text x="10" y="22">
        {state && <tspan class={state.look}>{`${state.sign} `}</tspan>}
        {refused && <tspan class="bad">✕ refused </tspan>}
        {shortened(name, refused ? NODE.letters - 10 : NODE.letters)}
      </text>
    </g>
  );
}

function shortened(name: string, letters: number): string {
  return name.length <= letters ? name : `…${name.slice(1 - letters)}`;
}

/** The same map as nested lists. */
function List({ map }: { readonly map: ResourceMapJson }) {
  const nodes = placed(map);
  const roots = nodes.filter(({ from }) => from.length === 0);
  return (
    <ul class="tree">
      {roots.map((root) => (
        <Branch key={root.index} at={root} all={nodes} edges={map.edges ?? []} />
      ))}
    </ul>
  );
}

interface BranchProps {
  readonly at: PlacedNode;
  readonly all: readonly PlacedNode[];
  readonly edges: readonly MapEdgeJson[];
  readonly label?: string;
}

function Branch({ at, all, edges, label = "" }: BranchProps) {
  const { type, name, status, refused } = at.node;
  const state = type === "endpoint" ? stateOf(status) : undefined;
  const next = edges.filter(({ from = 0 }) => from === at.index);
  return (
    <li>
      <span class="quiet">{type}</span> <span class="name">{name}</span>
      {label && <strong> {label}</strong>}
      {state && <span class={state.look}> {`${state.sign} ${state.word}`}</span>}
      {refused && <span class="bad"> refused</span>}
      {next.length > 0 && (
        <ul>
          {next.map((edge) => (
            <Branch key={edge.to} at={all[edge.to ?? 0]!} all={all} edges={edges} label={labelOf(edge)} />
          ))}
        </ul>
      )}
    </li>
  );
}
