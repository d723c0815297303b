/** How many columns of given widths each row takes: as few rows as there can be, and those as even as they can be. */
export function breakRows(widths: readonly number[], most: number): number[] {
  const widest = Math.max(...widths);
  let best = fill(widths, Math.max(most, widest));
  for (let limit = Math.max(most, widest); limit >= widest; limit -= 8) {
    const even = fill(widths, limit);
    if (even.length > best.length) break;
    best = even;
  }
  return best;
}

/** Row after row, each as full as it can be. */
function fill(widths: readonly number[], limit: number): number[] {
  const counts: number[] = [];
  let used = Number.POSITIVE_INFINITY;
  for (const width of widths) {
    if (used + width > limit) {
      counts.push(0);
      used = 0;
    }
    counts[counts.length - 1]!++;
    used += width;
  }
  return counts;
}
