/** More names than this would bury a message. */
const MAX_LISTED = 8;

/** '3 missing: a, b, c', of many the first; nothing of none. */
export function listed(label: string, items: readonly string[]): string {
  if (items.length === 0) return '';
  const rest = items.length > MAX_LISTED ? ` and ${items.length - MAX_LISTED} more` : '';
  return `${items.length} ${label}: ${items.slice(0, MAX_LISTED).join(', ')}${rest}`;
}
