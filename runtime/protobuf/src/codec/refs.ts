/** The references of generated code, taken one after the other in field order. */
export class Refs {
  declare private readonly refs: readonly unknown[];
  private at = 0;

  constructor(refs: readonly unknown[]) {
    this.refs = refs;
  }

  /** The caller knows the type from the field's word: generated code and this reader agree on it. */
  take<T>(): T {
    return this.refs[this.at++] as T;
  }
}
