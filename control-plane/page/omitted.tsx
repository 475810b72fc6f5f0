/** Says how much a list leaves out. */
export function Omitted({ count, what }: { readonly count: number; readonly what: string }) {
  if (count === 0) return null;
  return (
    <p class="quiet">
      {count} more {what}. Search to see them.
    </p>
  );
}
