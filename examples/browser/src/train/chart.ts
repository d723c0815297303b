export interface Point {
  readonly step: number;
  readonly value: number;
}

export interface ChartOptions {
  /** Steps until the end, as far as known. */
  readonly steps: number;
  /** Values at the bottom and at the top; a value above has the top follow. */
  readonly range: readonly [least: number, most: number];
  readonly format: (value: number) => string;
  /** How much a point of the line is one of the measured ones: 1 is all, less smooths. */
  readonly weight: number;
}

const MARGIN = { left: 44, right: 8, top: 8, bottom: 22 };
const HEIGHT = 190;

/** Draws a line in an `<svg>` as wide as it is shown: the measured points pale, and a smooth line through them. */
export function drawChart(svg: SVGSVGElement, points: readonly Point[], options: ChartOptions): void {
  const width = svg.clientWidth || 320;
  const [least, most] = [options.range[0], Math.max(options.range[1], ...points.map(({ value }) => value))];
  const steps = Math.max(options.steps, 1);
  const x = (step: number) => MARGIN.left + (step / steps) * (width - MARGIN.left - MARGIN.right);
  const y = (value: number) =>
    HEIGHT - MARGIN.bottom - ((value - least) / (most - least)) * (HEIGHT - MARGIN.bottom - MARGIN.top);
  const path = (line: readonly Point[]) =>
    line.map(({ step, value }, i) => `${i === 0 ? 'M' : 'L'}${x(step).toFixed(1)} ${y(value).toFixed(1)}`).join('');
  svg.setAttribute('viewBox', `0 0 ${width} ${HEIGHT}`);
  const levels = [0, 0.25, 0.5, 0.75, 1].map((share) => least + share * (most - least));
  svg.replaceChildren(
    ...levels.flatMap((level) => [
      part('path', { class: 'rule', d: `M${MARGIN.left} ${y(level)}H${width - MARGIN.right}` }),
      part('text', { class: 'tick', x: MARGIN.left - 8, y: y(level) + 4, 'text-anchor': 'end' }, options.format(level)),
    ]),
    ...[0, 0.5, 1].map((share) => {
      const anchor = share === 0 ? 'start' : share === 1 ? 'end' : 'middle';
      return part(
        'text',
        { class: 'tick', x: x(share * steps), y: HEIGHT - 4, 'text-anchor': anchor },
        stepText(share * steps),
      );
    }),
    part('path', { class: 'measured', d: path(points) }),
    part('path', { class: 'line', d: path(smoothed(points, options.weight)) }),
  );
}

const stepText = (step: number) => (step === 0 ? 'step 0' : String(Math.round(step)));

/** An exponential moving average that begins without bias. */
export function smoothed(points: readonly Point[], weight: number): Point[] {
  let [sum, total] = [0, 0];
  return points.map(({ step, value }) => {
    sum = weight * value + (1 - weight) * sum;
    total = weight + (1 - weight) * total;
    return { step, value: sum / total };
  });
}

function part(name: string, attributes: Readonly<Record<string, string | number>>, text = ''): SVGElement {
  const element = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.textContent = text;
  return element;
}
