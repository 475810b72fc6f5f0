/**
 * The four dialects of protobuf, each as our code and as that of protoc-gen-es. They have the same messages, so that one
 * test runs on all; what a dialect has that others have not stands in its row.
 */
import type { DescFile, DescMessage } from "@bufbuild/protobuf";
import type { AnyMessage } from "@protoloom/protobuf";
import * as esEdition2023 from "../gen/es/interop/edition2023_pb.js";
import * as esEdition2024 from "../gen/es/interop/edition2024_pb.js";
import * as esProto2 from "../gen/es/interop/proto2_pb.js";
import * as esProto3 from "../gen/es/interop/proto3_pb.js";
import * as jsEdition2023 from "../gen/js/interop/edition2023_pb.js";
import * as jsTypes from "../gen/js/interop/types_pb.js";
import * as edition2023 from "../gen/ts/interop/edition2023_pb.js";
import * as edition2024 from "../gen/ts/interop/edition2024_pb.js";
import * as proto2 from "../gen/ts/interop/proto2_pb.js";
import * as proto3 from "../gen/ts/interop/proto3_pb.js";
import * as types from "../gen/ts/interop/types_pb.js";

/** A message whose type depends on the dialect. Tests of types stand in types.ts: here it is run time that counts. */
// biome-ignore lint/suspicious/noExplicitAny: see above
export type Loose = AnyMessage & Record<string, any>;

export interface LooseClass {
  readonly typeName: string;
  new (init?: Record<string, unknown>): Loose;
  fromBinary(bytes: Uint8Array): Loose;
  fromJson(json: unknown, options?: object): Loose;
}

export interface Dialect {
  readonly name: string;
  readonly ours: Record<string, unknown>;
  readonly es: Record<string, unknown>;
  readonly file: DescFile;
  readonly esFile: DescFile;
  readonly Order: LooseClass;
  readonly Item: LooseClass;
  readonly schema: DescMessage;
  readonly esSchema: DescMessage;
  readonly itemSchema: DescMessage;
  /** The file that it imports, of the same target. */
  readonly types: typeof types;
  /** Inits of Order; between them they set every field and every case of the oneof. */
  readonly inits: readonly Record<string, unknown>[];
}

const commonOutcomes = [
  { case: "replacement", value: { name: "r", parts: [{ count: 0 }] } },
  { case: "refusal", value: "" },
  { case: "finalStatus", value: 2 },
  { case: "receipt", value: Uint8Array.of(1) },
  { case: "refund", value: { value: -1n } },
  { case: "jump", value: 5 },
];

export const dialects: readonly Dialect[] = [
  dialect("proto2", proto2, esProto2, { parcel: { street: "s", floors: [1, 2] } }, [
    { case: "detail", value: { reason: "why" } },
  ]),
  dialect("proto3", proto3, esProto3, { maybePrice: 0, maybeAuthor: "", mask: { paths: ["author", "first.name"] } }),
  dialect("edition2023", edition2023, esEdition2023, {}, [{ case: "delimited", value: { name: "d" } }]),
  dialect("edition2024", edition2024, esEdition2024, {}, [{ case: "delimited", value: { name: "d" } }]),
  dialect("edition2023 (target=js)", jsEdition2023, esEdition2023, {}, [{ case: "delimited", value: {} }]),
];

function dialect(name: string, ours: object, es: object, more: object, outcomes: readonly object[] = []): Dialect {
  const o = ours as Record<string, unknown>;
  const e = es as Record<string, unknown>;
  return {
    name,
    ours: o,
    es: e,
    file: fileOf(o),
    esFile: fileOf(e),
    Order: o.Order as LooseClass,
    Item: o.Order_Item as LooseClass,
    schema: o.OrderSchema as DescMessage,
    esSchema: e.OrderSchema as DescMessage,
    itemSchema: o.Order_ItemSchema as DescMessage,
    types: name.includes("js") ? (jsTypes as unknown as typeof types) : types, // enums of two declarations differ
    inits: [{}, ...commonOutcomes, ...outcomes].map((outcome, i) =>
      i === 0 ? {} : i === 1 ? { ...everything(), ...more, outcome } : { outcome },
    ),
  };
}

function fileOf(module: Record<string, unknown>): DescFile {
  return Object.entries(module).find(([name]) => name.startsWith("file_"))![1] as DescFile;
}

function everything(): Record<string, unknown> {
  return {
    author: "liuchao",
    price: 130,
    serial: -9007199254740993n,
    ticket: "18446744073709551615",
    weight: -0.25,
    ratio: 0.5,
    paid: true,
    digest: Uint8Array.of(0, 255),
    status: -3,
    contact: { name: "ü", email: "", since: { seconds: 1n, nanos: 500 } },
    first: { name: "first", count: 1, status: 2, parts: [{ name: "part" }, {}] },
    items: [{ name: "one" }, {}, { count: -1 }],
    deltas: [-1, 0, 2147483647],
    codes: [0n, 18446744073709551615n],
    tags: ["", "two"],
    history: [2, -3, 2],
    byName: { a: { name: "a" }, "": {}, ["__proto__"]: { count: 7 } },
    byId: { 1: "one", "-2": "minus two" },
    bySerial: { "18446744073709551615": 1, "0": 0 },
    byFlag: { true: Uint8Array.of(1), false: new Uint8Array(0) },
    parent: { author: "parent", parent: { price: 1 } },
    nickname: "",
    seal: Uint8Array.of(9),
    scores: [{ value: 3 }, {}],
    attributes: { list: [1, null, { yes: true }], text: "x", none: null },
    pages: [{}, { page: 2 }],
    anything: {
      kind: { case: "structValue", value: { fields: { a: { kind: { case: "boolValue", value: false } } } } },
    },
    payload: { typeUrl: "type.googleapis.com/interop.Contact", value: Uint8Array.of(10, 1, 65) },
    created: { seconds: 1792656000n, nanos: 5000000 },
    patience: { seconds: -1n, nanos: -500000000 },
    level: 2,
    rank: -5,
    ranks: [0, 9007199254740991],
    totals: { all: -9007199254740993n },
    clone: "clone",
    constructor$: "constructor",
    toJson: true,
  };
}
