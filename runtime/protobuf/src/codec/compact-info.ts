import { type CompactTable, createTable } from "./compact-table.js";
import type { MessageInfo } from "./message-info.js";

/**
 * All that is known of a message in the compact form (`optimize_for = CODE_SIZE`): what errors need, and what the
 * interpreter runs on. It is a string and a function until the message is first used.
 *
 * `fields` is that of MessageInfo with flags behind its words: `o` has explicit presence, `r` is required, `e` is a list
 * that is not packed, `u` text that is not verified, `c` a closed enum, `n` a 64-bit integer in the shape of a number
 * (otherwise a string), `w` a wrapper in the shape of its value, `d` a wrapper or Struct in the delimited encoding, `m` a
 * message that has or holds required fields, `j` a JSON name by another rule than the property's.
 *
 * `refs` gives, field by field, what the words cannot say:
 *
 * - closed enum: the check for its values
 * - message: class, info, read, write, and with flag `m` missing
 * - wrapper in the shape of its value: class, read, write
 * - Struct in the shape of a JSON object: class, read, write, structToJson, structFromJson, the classes that this needs
 */
export class CompactInfo implements MessageInfo {
  readonly fields: string;
  size = 0;
  private readonly refs: (() => readonly unknown[]) | undefined;
  private made: CompactTable | undefined = undefined;

  constructor(fields: string, refs: (() => readonly unknown[]) | undefined) {
    this.fields = fields;
    this.refs = refs;
  }

  get table(): CompactTable {
    this.made ??= createTable(this.fields, this.refs?.() ?? []);
    return this.made;
  }

  get types(): () => readonly MessageInfo[] {
    return () => this.table.fields.flatMap(({ element }) => element.message?.info ?? []);
  }
}

export function compactInfo(fields: string, refs?: () => readonly unknown[]): CompactInfo {
  return new CompactInfo(fields, refs);
}
