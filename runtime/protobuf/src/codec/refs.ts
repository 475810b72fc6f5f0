/** What generated code refers to, field by field, taken one after the other in the order of the fields. */
export class Refs {
  private readonly refs: readonly unknown[];
  private at = 0;

  constructor(refs: readonly unknown[]) {
    this.refs = refs;
  }

  /** The caller knows from the field's word which type stands here: generated code and this reader agree on it. */
  take<T>(): T {
    return this.refs[this.at++] as T;
  }
}
