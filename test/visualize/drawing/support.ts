/** The texts of a class in a drawing, in the order of the file. */
export function textsOf(svg: string, className: string): string[] {
  return [...svg.matchAll(new RegExp(`<text class="${className}"[^>]*>([^<]*)</text>`, 'g'))].map(([, text]) => text!);
}
