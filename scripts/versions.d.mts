export function nextVersion(current: string, wanted: string | undefined): string;
export function withVersion(version: string): ReadonlyMap<string, string>;
export function currentVersion(): string;

/** Paths of the manifests of the examples that are projects of their own. */
export function exampleManifests(): string[];
