/** The interceptors of both sides: no invalid request reaches a handler, or leaves a client. */
import { afterEach, describe, expect, test } from "@jest/globals";
import { Code, createClient, createServer, inMemoryTransport, StatusError } from "@protoloom/rpc";
import { BadRequest } from "@protoloom/rpc/google/rpc/error_details";
import { codec, type Method, type Service, service } from "@protoloom/rpc/service";
import { ValidationError } from "@protoloom/validate";
import { toStatusError, validateCalls, validateRequests } from "@protoloom/validate/rpc";
import { Owner, type OwnerInit, Signature } from "../../gen/rules/account_pb.js";
import { assertValidSignature, validateOwner, validators_account } from "../../gen/rules/account_validate.js";

interface Client {
  name(request: OwnerInit): Promise<Owner>;
  collect(requests: AsyncIterable<OwnerInit>): Promise<Owner>;
}
interface Handlers {
  name(request: Owner): Promise<Owner> | Owner;
  collect(requests: AsyncIterable<Owner>): Promise<Owner>;
}

const owner = codec(Owner);
const Owners: Service<
  Client,
  Handlers,
  { name: Method<Owner, Owner, "unary">; collect: Method<Owner, Owner, "client_streaming"> }
> = service("test.Owners", {
  name: { name: "Name", kind: "unary", input: owner, output: owner },
  collect: { name: "Collect", kind: "client_streaming", input: owner, output: owner },
});

const handled: string[] = [];
afterEach(() => void handled.splice(0));

const handlers: Handlers = {
  name(request) {
    handled.push(request.name);
    if (request.name === "sign") assertValidSignature(new Signature());
    return request;
  },
  async collect(requests) {
    for await (const { name } of requests) handled.push(name);
    return new Owner({ name: handled.join() });
  },
};

const checking = createServer({ interceptors: [validateRequests(validators_account)] }).add(Owners, handlers);
const trusting = createServer().add(Owners, handlers);

describe.each([
  ["a server", createClient(Owners, inMemoryTransport(checking))],
  [
    "a client",
    createClient(Owners, inMemoryTransport(trusting), { interceptors: [validateCalls(validators_account)] }),
  ],
])("%s that checks requests", (_, client) => {
  test("lets valid ones pass", async () => {
    expect((await client.name({ name: "liuchao" })).name).toBe("liuchao");
    expect((await client.collect(stream({ name: "a" }, { name: "b" }))).name).toBe("liuchao,a,b");
  });

  test("refuses an invalid one with its violations", async () => {
    const error = await failure(client.name({ share: 101 }));
    expect(error.code).toBe(Code.InvalidArgument);
    expect(error.text).toBe("name: must be at least 1 characters [string.min_len], and 1 more violation");
    const [details] = error.findDetails(BadRequest);
    expect(details!.fieldViolations.map(({ field, description, reason }) => [field, description, reason])).toEqual([
      ["name", "must be at least 1 characters", "string.min_len"],
      ["share", "must be less than or equal to 100", "uint32.lte"],
    ]);
    expect(handled).toEqual([]);
  });

  test("refuses the invalid one of a stream", async () => {
    const error = await failure(client.collect(stream({ name: "a" }, { name: "" }, { name: "c" })));
    expect(error.code).toBe(Code.InvalidArgument);
    expect(error.findDetails(BadRequest)[0]!.fieldViolations[0]!.field).toBe("name");
    expect(handled).not.toContain("c");
  });
});

test("a ValidationError of a handler becomes the same", async () => {
  const error = await failure(createClient(Owners, inMemoryTransport(checking)).name({ name: "sign" }));
  expect([error.code, error.text]).toEqual([Code.InvalidArgument, "at: value is required [required]"]);
});

test("a ValidationError by hand", () => {
  const error = toStatusError(new ValidationError(validateOwner(new Owner())));
  expect(error).toBeInstanceOf(StatusError);
  expect(error.cause).toBeInstanceOf(ValidationError);
});

async function* stream(...items: OwnerInit[]): AsyncIterable<OwnerInit> {
  yield* items;
}

async function failure(call: Promise<unknown>): Promise<StatusError> {
  try {
    await call;
  } catch (e) {
    if (e instanceof StatusError) return e;
    throw e;
  }
  throw new Error("the call succeeded");
}
