/** The findings of the page. */
export interface PageFindings {
  readonly order: readonly string[];
  readonly ids: readonly string[];
  /** The text of an error: the browser shows it to the page only where its header is exposed. */
  readonly error: string;
  readonly rest: unknown;
}
