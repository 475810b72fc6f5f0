/** The keywords of JSON Schema (draft 7) that our schemas use; any other is an error, so that none is taken for checked. */
type Schema = { readonly [keyword: string]: unknown };
type Check = (argument: unknown, value: unknown, at: Place) => string[];

interface Place {
  readonly path: string;
  readonly schema: Schema;
  readonly root: Schema;
}

const typeOf = (value: unknown): string => {
  if (Array.isArray(value)) return "array";
  if (value === null) return "null";
  return Number.isInteger(value) ? "integer" : typeof value;
};
const isObject = (value: unknown): value is Record<string, unknown> => typeOf(value) === "object";
const says = (isWrong: boolean, { path }: Place, text: string): string[] => (isWrong ? [`${path || "/"} ${text}`] : []);
const annotation: Check = () => [];

const keywords: Readonly<Record<string, Check>> = {
  $schema: annotation,
  title: annotation,
  description: annotation,
  definitions: annotation,
  $ref: (name, value, { path, root }) =>
    check(
      String(name)
        .slice(2)
        .split("/")
        .reduce((schema, key) => schema[key] as Schema, root),
      value,
      path,
      root,
    ),
  type: (type, value, at) => says(typeOf(value) !== type, at, `is no ${type}`),
  const: (wanted, value, at) => says(value !== wanted, at, `is not ${wanted}`),
  enum: (values, value, at) => says(!(values as unknown[]).includes(value), at, `is none of ${values}`),
  pattern: (pattern, value, at) =>
    says(typeof value === "string" && !new RegExp(String(pattern)).test(value), at, `is not like ${pattern}`),
  minLength: (length, value, at) =>
    says(typeof value === "string" && value.length < Number(length), at, "is too short"),
  minimum: (minimum, value, at) =>
    says(typeof value === "number" && value < Number(minimum), at, `is below ${minimum}`),
  uniqueItems: (_, value, at) => {
    const items = (value as unknown[]).map((item) => JSON.stringify(item));
    return says(new Set(items).size < items.length, at, "has an item twice");
  },
  required: (names, value, at) =>
    isObject(value) ? (names as string[]).flatMap((name) => says(!(name in value), at, `lacks ${name}`)) : [],
  anyOf: (schemas, value, at) =>
    says(
      !(schemas as Schema[]).some((each) => check(each, value, "", at.root).length === 0),
      at,
      "is nothing of anyOf",
    ),
  items: (schema, value, { path, root }) =>
    Array.isArray(value) ? value.flatMap((item, i) => check(schema as Schema, item, `${path}/${i}`, root)) : [],
  properties: (schemas, value, { path, root }) =>
    isObject(value)
      ? Object.entries(schemas as Record<string, Schema>).flatMap(([name, schema]) =>
          name in value ? check(schema, value[name], `${path}/${name}`, root) : [],
        )
      : [],
  additionalProperties: (allowed, value, { path, schema, root }) => {
    const others = isObject(value)
      ? Object.entries(value).filter(([name]) => !Object.hasOwn(schema.properties ?? {}, name))
      : [];
    if (allowed === false) return others.map(([name]) => `${path || "/"} has ${name}, which it may not have`);
    return others.flatMap(([name, each]) => check(allowed as Schema, each, `${path}/${name}`, root));
  },
};

/** The violations of a schema by a value, with paths. Empty if the value is valid. */
export function violations(schema: Schema, value: unknown): string[] {
  return check(schema, value, "", schema);
}

function check(schema: Schema, value: unknown, path: string, root: Schema): string[] {
  return Object.entries(schema).flatMap(([keyword, argument]) => {
    const apply = keywords[keyword];
    if (apply === undefined) throw new Error(`this test knows no keyword ${keyword} of JSON Schema`);
    return apply(argument, value, { path, schema, root });
  });
}
