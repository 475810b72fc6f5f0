export { CompilationError, EvaluationError, ValidationError } from "./errors.js";
export type { PathElement, Subscript } from "./path.js";
export type { Validators } from "./validators.js";
export { Violation, type ViolationInit } from "./violation.js";
