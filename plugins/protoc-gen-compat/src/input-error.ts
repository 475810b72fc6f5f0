/** Thrown for input that cannot be checked: one line for the user, exit code 1. */
export class InputError extends Error {
  override readonly name = "InputError";
}
