export function nextVersion(current: string, wanted: string | undefined): string;
export function withVersion(version: string): ReadonlyMap<string, string>;
export function currentVersion(): string;
