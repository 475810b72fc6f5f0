/** An expression that is wrong: an unknown field, operands that do not fit. It is the user's mistake. */
export class InvalidExpression extends Error {}

/** An expression that may be right, but whose types are known only at run time, or that uses a function we do not compile. */
export class Uncompilable extends Error {}
