/** Lays out rows of cells in columns. The first `left` columns are left-aligned, the others right-aligned. */
export function formatTable(rows, left = 1) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column < left ? cell.padEnd(widths[column]) : cell.padStart(widths[column])))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** In KB of 1,000 bytes. */
export const formatBytes = (bytes) => (bytes / 1000).toFixed(1);
