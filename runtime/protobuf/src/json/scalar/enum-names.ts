import type { EnumNames } from "../../codec/enum-names.js";
import type { JsonReadContext } from "../context.js";
import type { JsonValue } from "../value.js";
import { EnumJson, readEnum } from "./enum.js";

/** The JSON names of an enum whose values are represented by names. */
class NamedEnumJson extends EnumJson {
  private readonly form: EnumNames<unknown>;

  constructor(form: EnumNames<unknown>, names: Readonly<Record<string, number>>) {
    super(names, form.isClosed ? "closed" : "open");
    this.form = form;
  }

  override read(v: JsonValue, o: JsonReadContext): unknown {
    const number = readEnum(v, this, o);
    return number === undefined ? undefined : this.form.toLocal(number);
  }
}

/** Describes such an enum. `names` are those in JSON, if they are others than those of the values. Has no side effects. */
export function namedEnumJson(
  form: EnumNames<unknown>,
  names: Readonly<Record<string, number>> = form.numbers,
): EnumJson {
  return new NamedEnumJson(form, names);
}
