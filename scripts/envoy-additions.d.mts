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

export interface Relaxation {
  readonly file: string;
  readonly message: string;
  readonly field: string;
  readonly number: number;
  readonly rule: string;
}

export const relaxations: readonly Relaxation[];

export function withRelaxations(text: string, rows: readonly Relaxation[]): string;
