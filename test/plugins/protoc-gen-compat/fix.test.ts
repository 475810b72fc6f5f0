/** Where reserved lines go in the text of a proto. Spans are those of protoc: from 0, the end behind the closing brace. */
import { describe, expect, test } from "@jest/globals";
import { type Reservation, reserveIn } from "../../../plugins/protoc-gen-compat/src/fix.js";

const reserve = (span: number[], ...statements: string[]): Reservation => ({ element: "M", span, statements });

describe("reserveIn", () => {
  test("adds lines before the brace, one of numbers and one of names", () => {
    const text = "message M {\n  int32 a = 1;\n}\n";
    const reserved = ["reserved 2;", 'reserved "b";', "reserved 3;", 'reserved "c";'];
    expect(reserveIn(text, [reserve([0, 0, 2, 1], ...reserved)])).toBe(
      'message M {\n  int32 a = 1;\n  reserved 2, 3;\n  reserved "b", "c";\n}\n',
    );
  });

  test("stays on the line of a declaration that has only one", () => {
    expect(reserveIn("enum E { A = 0; }\n", [reserve([0, 0, 17], "reserved -1;")])).toBe(
      "enum E { A = 0; reserved -1; }\n",
    );
    expect(reserveIn("message M {}\n", [reserve([0, 0, 12], "reserved 1;")])).toBe("message M { reserved 1; }\n");
  });

  test("keeps tabs, line breaks of Windows, and a nested message apart from the one around it", () => {
    const text = "message M {\r\n\tmessage N {\r\n\t}\r\n}\r\n";
    const both = [reserve([0, 0, 3, 1], "reserved 1;"), reserve([1, 8, 2, 9], "reserved 2;")];
    expect(reserveIn(text, both)).toBe(
      "message M {\r\n\tmessage N {\r\n\t\treserved 2;\r\n\t}\r\n\treserved 1;\r\n}\r\n",
    );
  });

  test("gives up where the brace is not where it was compiled", () => {
    expect(reserveIn("message M {\n", [reserve([0, 0, 2, 1], "reserved 1;")])).toBeUndefined();
    expect(reserveIn("/* é */ message M { message N {} }", [reserve([0, 9, 36], "reserved 1;")])).toBeUndefined();
  });
});
