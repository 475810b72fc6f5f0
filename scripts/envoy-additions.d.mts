export interface Addition {
  readonly file: string;
  readonly message: string;
  readonly field: string;
  readonly number: number;
  readonly type: string;
  readonly oneof?: string;
  readonly repeated?: boolean;
  readonly rule?: string;
  readonly imports?: string;
}

export const additions: readonly Addition[];

export function withAdditions(text: string, rows: readonly Addition[]): string;
