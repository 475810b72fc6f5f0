export function tarballProblems(path: string): Promise<string[]>;
