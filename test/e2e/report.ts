/** Prints a figure of the run among the results of jest. */
export function report(text: string): void {
  process.stdout.write(`      ${text}\n`);
}
