export function notesOf(changelog: string, version: string): string | undefined;
export function closeSection(changelog: string, version: string, day: string): string;
