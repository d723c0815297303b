import type { RGBImage } from '../../transforms/index.js';
import { toCanvas } from '../inside/canvas.js';
import { BASELINE, type Figure, FONT_FAMILY, FONT_SIZE, type Mark } from './figure.js';

/** A figure as the bytes of a PNG file, painted by the browser. */
export async function paint({ width, height, marks }: Figure): Promise<Uint8Array> {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d')!;
  context.lineJoin = 'round';
  context.lineCap = 'round';
  context.font = `${FONT_SIZE}px ${FONT_FAMILY}`;
  for (const mark of marks) paintMark(context, mark);
  return bytesOf(canvas);
}

/** Pixels as the bytes of a PNG file. */
export function encode(image: RGBImage): Promise<Uint8Array> {
  return bytesOf(toCanvas(image, new OffscreenCanvas(image.width, image.height)));
}

async function bytesOf(canvas: OffscreenCanvas): Promise<Uint8Array> {
  const blob = await canvas.convertToBlob({ type: 'image/png' });
  return new Uint8Array(await blob.arrayBuffer());
}

function paintMark(context: OffscreenCanvasRenderingContext2D, mark: Mark): void {
  const [left, top] = mark.kind === 'line' ? mark.points[0]! : mark.at;
  switch (mark.kind) {
    case 'line':
      context.strokeStyle = mark.color;
      context.lineWidth = mark.width;
      context.setLineDash([...(mark.dash ?? [])]);
      context.beginPath();
      for (const [x, y] of mark.points) context.lineTo(x, y);
      context.stroke();
      break;
    case 'dot':
      context.fillStyle = mark.color;
      context.beginPath();
      context.arc(left, top, mark.radius, 0, 2 * Math.PI);
      context.fill();
      break;
    case 'box':
      context.fillStyle = mark.color;
      context.fillRect(left, top, ...mark.size);
      break;
    case 'text':
      context.fillStyle = '#000000';
      context.textAlign = mark.anchor === 'middle' ? 'center' : mark.anchor;
      context.fillText(mark.text, left, top + BASELINE);
      break;
  }
}
