export function violations(schemaFile: string, value: unknown): string[];
