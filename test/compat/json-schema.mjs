import { readFileSync } from "node:fs";
import { Ajv } from "ajv";

/** What a JSON schema, in a file, says against a value: nothing when it is as described. */
export function violations(schemaFile, value) {
  const validate = new Ajv({ strict: true, allErrors: true, strictRequired: false }).compile(
    JSON.parse(readFileSync(schemaFile, "utf8")),
  );
  return validate(value) ? [] : validate.errors.map(({ instancePath, message }) => `${instancePath} ${message}`);
}
