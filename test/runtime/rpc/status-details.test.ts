/** Details of errors are written and read without the classes of google.rpc.Status and Any: both sides are compared with them. */
import { describe, expect, test } from "@jest/globals";
import { Any } from "@protoloom/protobuf/wkt/any";
import { Code, type ErrorDetail, Metadata, StatusError } from "@protoloom/rpc";
import { ErrorInfo } from "@protoloom/rpc/google/rpc/error_details";
import { Status } from "@protoloom/rpc/google/rpc/status";
import { readDetails, writeDetails } from "../../../runtime/rpc/src/call/status-details.js";

const KEY = "grpc-status-details-bin";

function written(text: string, details: readonly ErrorDetail[]): Uint8Array | undefined {
  const trailers = new Metadata();
  writeDetails({ code: Code.Aborted, text, details, trailers: trailers as never });
  return trailers.get(KEY);
}

function read(bytes: Uint8Array): readonly ErrorDetail[] {
  return readDetails(new Metadata({ [KEY]: bytes }) as never);
}

const sizes = [0, 1, 127, 128, 129, 16_383, 16_384, 40_000];

describe("details", () => {
  test("the generated classes read what is written", () => {
    const details = sizes.map((size) => ({
      typeUrl: `type.googleapis.com/${"n".repeat(size)}`,
      value: new Uint8Array(size).fill(size),
    }));
    const status = Status.fromBinary(written("nicht möglich 🙂", details)!);
    expect(status.code).toBe(Code.Aborted);
    expect(status.message).toBe("nicht möglich 🙂");
    expect(status.details.map(({ typeUrl, value }) => ({ typeUrl, value: new Uint8Array(value) }))).toEqual(details);
    expect(written("text", [])).toBeUndefined();
  });

  test("what the generated classes write is read, with unknown fields of every type", () => {
    const details = sizes.map((size) => new Any({ typeUrl: `a/${"n".repeat(size)}`, value: new Uint8Array(size) }));
    const known = new Status({ code: 5, message: "text", details }).toBinary();
    const unknown = [0x20, 0xff, 0xff, 0x03, 0x29, 1, 2, 3, 4, 5, 6, 7, 8, 0x35, 1, 2, 3, 4, 0x3a, 2, 1, 2]; // fields 4 to 7
    for (const bytes of [known, [...known, ...unknown], [...unknown, ...known]]) {
      const found = read(Uint8Array.from(bytes));
      expect(found.map(({ typeUrl, value }) => [typeUrl, value.length])).toEqual(
        details.map(({ typeUrl, value }) => [typeUrl, value.length]),
      );
    }
  });

  test("bytes cut anywhere are details that are whole, or none", () => {
    const whole = new Status({ message: "text", details: [new Any({ typeUrl: "a/B", value: new Uint8Array(3) })] });
    const bytes = whole.toBinary();
    for (let end = 0; end < bytes.length; end++) expect(read(bytes.subarray(0, end))).toEqual([]);
    expect(read(bytes)).toHaveLength(1);
  });

  test.each([
    ["a group", [0x1b, 0x1c]],
    ["a length beyond the end", [0x1a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]],
    ["a type that is not UTF-8", [0x1a, 0x03, 0x0a, 0x01, 0xff]],
    ["a tag without an end", [0xff]],
  ])("%s hides no status", (_, bytes) => {
    expect(read(Uint8Array.from(bytes))).toEqual([]);
    const trailers = new Metadata({ [KEY]: Uint8Array.from(bytes) });
    expect(new StatusError(Code.NotFound, "gone", { trailers } as never).details).toEqual([]);
  });

  test("they are found by type", () => {
    const error = new StatusError(Code.Aborted, "no", { details: [new ErrorInfo({ reason: "PAID" })] });
    expect(error.findDetails(ErrorInfo).map(({ reason }) => reason)).toEqual(["PAID"]);
    expect(error.findDetails(Status)).toEqual([]);
  });
});
