import { byId } from '../dom.js';
import { percentText } from '../text.js';
import { drawChart, type Point, smoothed } from './chart.js';

// The two curves of a training.

const lossChart = byId('loss-chart', SVGSVGElement);
const accuracyChart = byId('accuracy-chart', SVGSVGElement);

/** Single batches jump; of the line, each is this much. */
const LOSS_WEIGHT = 0.08;

let losses: Point[] = [];
let accuracies: Point[] = [];
let steps = 1;
let isDue = false;

export function initCurves(): void {
  new ResizeObserver(draw).observe(lossChart);
}

/** Begins anew, for a training of so many steps. */
export function clearCurves(ofSteps: number): void {
  [losses, accuracies, steps] = [[], [], ofSteps];
  drawSoon();
}

export function addLoss(step: number, value: number): void {
  losses.push({ step, value });
  drawSoon();
}

export function addAccuracy(step: number, value: number): void {
  accuracies.push({ step, value });
  drawSoon();
}

/** Once in a frame, however many steps there are in it. */
function drawSoon(): void {
  if (isDue) return;
  isDue = true;
  requestAnimationFrame(() => {
    isDue = false;
    draw();
  });
}

function draw(): void {
  const loss = smoothed(losses, LOSS_WEIGHT).at(-1)?.value;
  const accuracy = accuracies.at(-1)?.value;
  byId('loss-now', HTMLElement).textContent = loss === undefined ? '' : loss.toFixed(3);
  byId('accuracy-now', HTMLElement).textContent = accuracy === undefined ? '' : percentText(accuracy);
  drawChart(lossChart, losses, { steps, range: [0, 2.4], format: (value) => value.toFixed(1), weight: LOSS_WEIGHT });
  const format = (value: number) => `${(100 * value).toFixed(0)} %`;
  drawChart(accuracyChart, accuracies, { steps, range: [0, 1], format, weight: 1 });
}
