/** Requests that google.api.http accepts: by templates, and by paths that either of two templates accepts. */
import { describe, expect, test } from "@jest/globals";
import { accepts, type HttpBinding } from "../../plugins/protoc-gen-compat/src/http-rule.js";

const get = (path: string): HttpBinding => ({ verb: "GET", path, body: "", responseBody: "" });

describe("accepts", () => {
  test.each([
    ["/v1/{name=shelves/*}", "/v1/{name=*/*}", false],
    ["/v1/{name=*/*}", "/v1/{name=shelves/*}", true],
    ["/v1/{name=**}", "/v1/{name=shelves/*/books/*}", true],
    ["/v1/{name}", "/v1/{name=*}", true],
    ["/v1/{name=*}", "/v1/{name}", true],
    ["/v1/{id}", "/v1/{name}", false],
    ["/v1/{id}", "/v1/books", true],
    ["/v1/books", "/v1/{id}", false],
    ["/v1/{name=**}", "/v1/{name=*}", true],
    ["/v1/{name=*}", "/v1/{name=**}", false],
    ["/v1/{name}:list", "/v1/{name}", false],
    ["/v1/{name}:list", "/v1/{name}:list", true],
    ["/v1/{a.b=x/*}/y", "/v1/{a.b=x/*}/y", true],
    ["/v2/books/{id}", "/v1/books/{id}", false],
  ])("%s takes all of %s: %s", (other, path, expected) => {
    expect(accepts(get(other), get(path))).toBe(expected);
  });

  test("not another verb or body", () => {
    const put = { verb: "PUT", path: "/v1/{id}", body: "*", responseBody: "" };
    expect(accepts(put, put)).toBe(true);
    expect(accepts({ ...put, verb: "PATCH" }, put)).toBe(false);
    expect(accepts({ ...put, body: "book" }, put)).toBe(false);
    expect(accepts({ ...put, responseBody: "book" }, put)).toBe(false);
  });
});
