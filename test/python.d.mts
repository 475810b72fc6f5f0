/** Returns the command of a Python that has the official runtime, and the environment that it needs. */
export function providePython(): { readonly command: string; readonly env: Readonly<Record<string, string>> };
