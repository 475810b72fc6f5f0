import {
  createRegistry,
  type DescExtension,
  type DescField,
  type DescFile,
  type DescMessage,
  type DescOneof,
  getExtension,
  getOption,
  hasOption,
  isFieldSet,
  type Message,
  type Registry,
} from "@bufbuild/protobuf";

/** A rule in CEL: `buf.validate.Rule`. */
export interface CelRule {
  readonly id: string;
  readonly message: string;
  readonly expression: string;
}

/** `buf.validate.MessageRules`, by its fields that we read. */
export interface MessageRules {
  readonly cel: readonly CelRule[];
  readonly celExpression?: readonly string[];
  readonly oneof?: readonly { readonly fields: readonly string[]; readonly required: boolean }[];
}

/** `buf.validate.Ignore` */
export const Ignore = { Unspecified: 0, IfZeroValue: 1, Always: 3 } as const;

/** `buf.validate.FieldRules`, by its fields that we read. The message in `type` is known by its descriptor alone. */
export interface FieldRules {
  readonly cel: readonly CelRule[];
  readonly celExpression?: readonly string[];
  readonly required: boolean;
  readonly ignore: number;
  readonly type:
    | { readonly case: string; readonly value: TypeRules }
    | { readonly case: undefined; readonly value?: undefined };
}

/** The rules for one type of values, such as `buf.validate.StringRules`. */
export type TypeRules = Message;

/** A predefined rule that is set: its expressions are options of the field, or the extension, that sets it. */
export interface PredefinedRule {
  readonly field: DescField | DescExtension;
  readonly cel: readonly CelRule[];
  /** The value of an extension. */
  readonly value?: unknown;
}

/**
 * Reads the rules in the options of a request's files. Everything is described by the `buf/validate/validate.proto` of the
 * request, so that rules which it adds in later versions are compiled, too.
 */
export class RuleReader {
  readonly registry: Registry;
  private readonly field: DescExtension;
  private readonly message: DescExtension;
  private readonly oneof: DescExtension | undefined;
  private readonly predefined: DescExtension | undefined;
  private readonly extensions: readonly DescExtension[];

  private constructor(registry: Registry, field: DescExtension, message: DescExtension) {
    this.registry = registry;
    this.field = field;
    this.message = message;
    this.oneof = registry.getExtension("buf.validate.oneof");
    this.predefined = registry.getExtension("buf.validate.predefined");
    this.extensions = [...registry].filter((type) => type.kind === "extension");
  }

  /** Undefined if no file of the request uses the rules of buf.validate. */
  static of(files: readonly DescFile[]): RuleReader | undefined {
    const registry = createRegistry(...files);
    const field = registry.getExtension("buf.validate.field");
    const message = registry.getExtension("buf.validate.message");
    return field === undefined || message === undefined ? undefined : new RuleReader(registry, field, message);
  }

  /** The descriptor of `buf.validate.FieldRules`. */
  get fieldRulesDesc(): DescMessage {
    return this.field.message!;
  }

  ofMessage(message: DescMessage): MessageRules | undefined {
    return hasOption(message, this.message) ? (getOption(message, this.message) as unknown as MessageRules) : undefined;
  }

  ofField(field: DescField): FieldRules | undefined {
    return hasOption(field, this.field) ? (getOption(field, this.field) as unknown as FieldRules) : undefined;
  }

  isRequired(oneof: DescOneof): boolean {
    if (this.oneof === undefined || !hasOption(oneof, this.oneof)) return false;
    return (getOption(oneof, this.oneof) as unknown as { required: boolean }).required;
  }

  /** Whether `ignore` is given, and not just its default. */
  hasIgnore(rules: FieldRules): boolean {
    return isFieldSet(rules as unknown as Message, this.fieldRulesDesc.field.ignore!);
  }

  descriptorOf(rules: TypeRules): DescMessage {
    return this.registry.getMessage(rules.$typeName)!;
  }

  /** The predefined rules that are set: those of protovalidate, then the user's extensions. Undefined for an unknown one. */
  *predefinedRules(rules: TypeRules): Iterable<PredefinedRule | { readonly unknown: number }> {
    const desc = this.descriptorOf(rules);
    for (const field of desc.fields) {
      if (isFieldSet(rules, field)) yield { field, cel: this.celOf(field) };
    }
    const seen = new Set<number>();
    for (const { no } of rules.$unknown ?? []) {
      if (seen.has(no)) continue;
      seen.add(no);
      const extension = this.extensions.find((each) => each.number === no && each.extendee.typeName === desc.typeName);
      if (extension === undefined) yield { unknown: no };
      else yield { field: extension, cel: this.celOf(extension), value: getExtension(rules, extension) };
    }
  }

  private celOf(field: DescField | DescExtension): readonly CelRule[] {
    if (this.predefined === undefined || !hasOption(field, this.predefined)) return [];
    return (getOption(field, this.predefined) as unknown as { cel: readonly CelRule[] }).cel;
  }
}
