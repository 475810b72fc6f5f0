/**
 * The options of protoc-gen-ts, alone and in pairs, beside generated checks, Standard Schemas and services: all of it compiles
 * together, and finds in a message what it finds without options, under the same proto names.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { create, createFileRegistry, fromBinary, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import {
  CodeGeneratorRequestSchema,
  CodeGeneratorResponseSchema,
  FileDescriptorSetSchema,
} from "@bufbuild/protobuf/wkt";
import { createRouterTransport } from "@connectrpc/connect";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { type Plugin, readRequest, respond } from "@protoloom/plugin-kit";
import { standardSchema } from "@protoloom/protobuf";
import { Code, createClient, createServer, inMemoryTransport, StatusError } from "@protoloom/rpc";
import { connectRoutes, connectTransport } from "@protoloom/rpc/connect";
import { BadRequest } from "@protoloom/rpc/google/rpc/error_details";
import { validateRequests } from "@protoloom/validate/rpc";
import { protocGenTs } from "../../../plugins/protoc-gen-ts/src/plugin.js";
import { protocGenTsGrpc } from "../../../plugins/protoc-gen-ts-grpc/src/plugin.js";
import { protocGenTsValidate } from "../../../plugins/protoc-gen-ts-validate/src/plugin.js";
import { writeFiles } from "../../files.js";
import { writeDescriptors } from "../../interop/protovalidate/descriptors.mjs";
import { compile, requestFor } from "../compile.js";
import "../protoc-gen-ts/temporal.js";
import { scratchFolder, typeCheck } from "../protoc-gen-ts/type-check.js";

const sources = { "rules.proto": readFileSync(join(import.meta.dirname, "options-matrix.proto"), "utf8") };

/** One value of each option that changes what the others see. */
const rows = [
  "names=proto",
  "oneofs=getters",
  "timestamps=date",
  "timestamps=temporal,durations=temporal",
  "durations=string",
  "optimize=size",
  "optimize=code_size",
  "json=none",
  "message_types=shape",
  "message_types=readonly",
  "valid_types=protovalidate_required",
  "enums=const",
  "enums=string",
  "int64=string",
];

const namesOf = (row: string): string[] => row.split(",").map((option) => option.split("=")[0]!);
const pairs = rows.flatMap((a, i) =>
  rows.slice(i + 1).flatMap((b) => (namesOf(a).some((name) => namesOf(b).includes(name)) ? [] : [`${a},${b}`])),
);
const all = ["", ...rows, ...pairs];

/** The options that the checks have to be told of. */
const shared = ["names", "timestamps", "durations", "enums", "int64"];

const folder = scratchFolder("validate-options");
const scripts = scratchFolder("validate-options-js");
const descriptors = join(scripts, "validate.binpb");
const directory = (row: string): string => `r${all.indexOf(row)}`;

beforeAll(() => {
  writeDescriptors(descriptors);
  // the rules themselves, in a package of their own
  const rules = run(protocGenTs, "target=js", ["buf/validate/validate.proto"]);
  for (const made of [folder, scripts]) {
    writeFiles(join(made, "node_modules/@acme/rules"), [...rules, ["package.json", `{ "type": "module" }`]]);
  }
  for (const row of all) {
    writeFiles(join(folder, directory(row)), [...filesOf(row, "ts"), ["use.ts", use]]);
    writeFiles(join(scripts, directory(row)), filesOf(row, "js"));
  }
});

function filesOf(row: string, target: string): [string, string][] {
  const options = [`target=${target}`, ...(row === "" ? [] : row.split(","))];
  const ofChecks = options.filter((option) => ["target", ...shared].includes(option.split("=")[0]!));
  return [
    ...run(protocGenTs, [...options, "rewrite_imports=buf/:@acme/rules"].join(",")),
    ...run(
      protocGenTsValidate(() => {}),
      ofChecks.join(","),
    ),
    ...run(protocGenTsGrpc, `target=${target}`),
  ];
}

// biome-ignore lint/suspicious/noExplicitAny: plugins with options of their own
function run(plugin: Plugin<any>, parameter: string, files = Object.keys(sources)): [string, string][] {
  const request = { ...requestFor(sources, parameter, [descriptors]), fileToGenerate: files };
  const pieces = respond(plugin, readRequest(toBinary(CodeGeneratorRequestSchema, request)));
  const { error, file } = fromBinary(CodeGeneratorResponseSchema, Buffer.concat([...pieces]));
  if (error !== "") throw new Error(error);
  return file.map(({ name, content }) => [name, content]);
}

/** What a program does with all of it. */
const use = `
import { standardSchema } from "@protoloom/protobuf";
import { createClient, createServer, inMemoryTransport } from "@protoloom/rpc";
import { validateRequests } from "@protoloom/validate/rpc";
import { Bookings } from "./rules_grpc.js";
import { Booking } from "./rules_pb.js";
import { validateBooking, validators_rules } from "./rules_validate.js";

export const server: object = createServer({ interceptors: [validateRequests(validators_rules)] }).add(Bookings, {
  book: (booking) => (validateBooking(booking).length === 0 ? booking : new Booking()),
});
export async function book(transport: ReturnType<typeof inMemoryTransport>): Promise<string[]> {
  const booking = await createClient(Bookings, transport).book(new Booking());
  return validateBooking(booking).map(({ path }) => path);
}
export const schema: object = standardSchema(Booking, validateBooking);
`;

test("everything compiles", () => {
  expect(all.length).toBeGreaterThan(80);
  expect(typeCheck(folder, { lib: ["es2022", "dom"] })).toBe("");
});

// biome-ignore lint/suspicious/noExplicitAny: what the modules export is what is tested
type Module = any;

async function load(row: string): Promise<Module> {
  const all: Module = {};
  for (const name of ["pb", "validate", "grpc"])
    Object.assign(all, await import(join(scripts, directory(row), `rules_${name}.js`)));
  return all;
}

/** Messages that break rules, in the form of protobuf-es. */
function samples(): Uint8Array[] {
  const file = compile(sources, [descriptors]);
  const desc = createFileRegistry(create(FileDescriptorSetSchema, { file })).getMessage("rules.Booking")!;
  const inits = [
    {},
    { userName: "liuchao", totalPrice: 5n, seatKind: 2, paidBy: { case: "cardNumber", value: "12" } },
    {
      seatKind: 9,
      otherKinds: [1, 2, 77],
      kindByName: { a: 1, b: 2 },
      startsAt: { seconds: 4000000001n },
      longestStay: { seconds: -1n },
      guestList: [{ guestNumber: 7n }, { guestNumber: 8n }, {}],
      paidBy: { case: "seatSwap", value: 2 },
      loosePart: { anyKind: 3, anyTime: { seconds: -5n } },
    },
    {
      userName: "x",
      startsAt: { seconds: 5n },
      endsAt: { seconds: 6n },
      paidBy: { case: "laterAt", value: { seconds: -1n } },
      loosePart: { anyKind: 1, anyTime: { seconds: 5n } },
    },
  ];
  return inits.map((init) => toBinary(desc, create(desc, init as MessageInitShape<typeof desc>)));
}

const shown = (violations: Module[]): string[] =>
  violations.map(({ path, ruleId, message }) => `${path} ${ruleId} ${message}`);

describe.each(all)("%s", (row) => {
  test("violations are those without options, by proto names", async () => {
    const plain = await load("");
    const other = await load(row);
    const schema = standardSchema(other.Booking, other.validateBooking)["~standard"];
    const server = createServer({ interceptors: [validateRequests(other.validators_rules)] }).add(other.Bookings, {
      book: (booking: Module) => booking,
    } as never);
    const clients: Module[] = [
      inMemoryTransport(server),
      connectTransport(createRouterTransport(connectRoutes(server))),
    ].map((transport) => createClient(other.Bookings, transport));
    const found: string[] = [];
    for (const bytes of samples()) {
      const expected = plain.validateBooking(plain.Booking.fromBinary(bytes));
      const message = other.Booking.fromBinary(bytes);
      const violations = other.validateBooking(message);
      expect(shown(violations)).toEqual(shown(expected));
      expect(violations.map((each: Module) => each.toInit())).toEqual(expected.map((each: Module) => each.toInit()));
      found.push(...shown(violations));

      const { issues = [] } = schema.validate(message) as { issues?: { message: string }[] };
      expect(issues.map((issue) => issue.message)).toEqual(expected.map((each: Module) => each.message));

      for (const client of clients) {
        const reply = client.book(message);
        if (expected.length === 0) {
          expect((await reply).toBinary()).toEqual(bytes);
          continue;
        }
        const error = await reply.catch((e: unknown) => e);
        expect(error).toBeInstanceOf(StatusError);
        expect(error.code).toBe(Code.InvalidArgument);
        expect(BadRequest.fromBinary(error.details[0].value).fieldViolations.map(({ field }) => field)).toEqual(
          expected.map(({ path }: Module) => path),
        );
      }
    }
    expect(found).toContain("guest_list[1].guest_number uint64.const must equal 7");
    expect(found).toContain("loose_part.any_kind loose must be a window");
    expect(found).toContain('kind_by_name["a"] enum.const must equal 2');
  });
});
