import { elementsOf, type PathElement, pathText, type Step } from "./path.js";

/** A rule that a message does not keep: where, which rule, and what to tell a person. */
export class Violation {
  /** The way to the rule from `buf.validate.FieldRules`. Empty for rules of messages and oneofs. */
  readonly rule: readonly PathElement[];
  /** The id of the rule: `string.min_len`, or what a rule in CEL names itself. */
  readonly ruleId: string;
  /** The mistake, for a person. It may be empty. */
  readonly message: string;
  /** Whether the key of a map is at fault, and not the value. */
  readonly forKey: boolean;
  private first: Step | undefined;

  constructor(first: Step | undefined, rule: readonly PathElement[], ruleId: string, message: string, forKey: boolean) {
    this.rule = rule;
    this.ruleId = ruleId;
    this.message = message;
    this.forKey = forKey;
    this.first = first;
  }

  /** The way to the field from the message that was validated. Empty for a rule of that message itself. */
  get field(): readonly PathElement[] {
    return elementsOf(this.first);
  }

  /** The way to the field as text: `items[0].name`. */
  get path(): string {
    return pathText(this.field);
  }

  /** `items[0].name: must be at least 3 characters [string.min_len]`, as protovalidate prints it. */
  toString(): string {
    const at = this.path;
    return `${at === "" ? "" : `${at}: `}${this.message} [${this.ruleId}]`;
  }

  /** Puts a step in front of the path: checks of messages around do it. @internal */
  prefix(element: PathElement, at?: Step["at"], types?: Step["types"]): void {
    this.first = { element, at, types, next: this.first };
  }

  /** The init of a `buf.validate.Violation` with the same content. */
  toInit(): ViolationInit {
    const { field } = this;
    return {
      ...(field.length > 0 && { field: { elements: [...field] } }),
      ...(this.rule.length > 0 && { rule: { elements: [...this.rule] } }),
      ruleId: this.ruleId,
      ...(this.message !== "" && { message: this.message }),
      forKey: this.forKey,
    };
  }
}

/** The argument of `new Violation()`, of the class for `buf.validate.Violation`, from whichever generator it comes. */
export interface ViolationInit {
  /** The way to the field. Absent for a rule of the message. */
  field?: { elements: PathElement[] };
  /** The way to the rule within `buf.validate`. Absent for a rule that the message itself declares as text. */
  rule?: { elements: PathElement[] };
  /** The rule's id, such as `string.min_len`. */
  ruleId: string;
  /** The mistake, as a sentence. */
  message?: string;
  /** Whether it is the key of a map entry that is wrong, and not the value. */
  forKey: boolean;
}
