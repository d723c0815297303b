/** One column of a text table. */
export interface Column {
  readonly title: string;
  /** Numbers read best with their last digits in line. Default 'left'. */
  readonly align?: 'left' | 'right';
}

/**
 * Rows of text in aligned columns under their titles and a rule; `footer` lines follow a second rule.
 * @example
 * ```ts
 * console.log(textTable([{ title: 'Name' }, { title: 'Size', align: 'right' }], [['a', '1'], ['b', '10']]));
 * ```
 */
export function textTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  footer: readonly string[] = [],
): string {
  const titles = columns.map(({ title }) => title);
  const widths = columns.map((_, index) =>
    [titles, ...rows].reduce((width, row) => Math.max(width, row[index]!.length), 0),
  );
  const line = (cells: readonly string[]) =>
    columns
      .map(({ align }, index) =>
        align === 'right' ? cells[index]!.padStart(widths[index]!) : cells[index]!.padEnd(widths[index]!),
      )
      .join('  ')
      .trimEnd();
  const rule = '─'.repeat(widths.reduce((sum, width) => sum + width, 2 * (columns.length - 1)));
  return [line(titles), rule, ...rows.map(line), ...(footer.length > 0 ? [rule, ...footer] : [])].join('\n');
}
