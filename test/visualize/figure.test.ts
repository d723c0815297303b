import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import { type training, transforms, visualize } from 'tfjs-zoo';
import { bundleForPage, launchChromium, serve } from '../support/browser.js';
import { needsChromium } from '../support/tools.js';

const { curvesFigure, toPNG, toSVG } = visualize;

const history = [
  { epoch: 1, train: { loss: 2 }, validation: { loss: 1.5, accuracy: 0.5 } },
  { epoch: 2, train: { loss: 1 }, validation: { loss: 0.8, accuracy: 0.7 } },
  { epoch: 3, train: { loss: 0.5 }, validation: { loss: 0.6, accuracy: 0.8 } },
];

const COLORS = ['#1f77b4', '#bf00bf', '#008000'];

type Marks<Kind> = Extract<training.Mark, { kind: Kind }>[];

function marksOf<Kind extends training.Mark['kind']>({ marks }: training.Figure, kind: Kind): Marks<Kind> {
  return marks.filter((mark) => mark.kind === kind) as Marks<Kind>;
}

/** The curve of a colour; the first line of it, for the legend comes later. */
function curve(figure: training.Figure, color: string): training.LineMark {
  return marksOf(figure, 'line').find((line) => line.color === color)!;
}

const texts = (figure: training.Figure) => marksOf(figure, 'text').map(({ text }) => text);

/** The value at a height, by the labels of the axis: how a reader reads it. */
function valueAt(figure: training.Figure, y: number): number {
  const labels = marksOf(figure, 'text').filter(({ anchor }) => anchor === 'end');
  const [first, last] = [labels[0]!, labels.at(-1)!];
  const share = (y - first.at[1]) / (last.at[1] - first.at[1]);
  return Number(first.text) + share * (Number(last.text) - Number(first.text));
}

describe('curvesFigure', () => {
  it("draws the book's lines: loss solid blue, validation loss dashed purple, accuracy dash-dotted green", () => {
    const figure = curvesFigure(history);
    const lines = COLORS.map((color) => curve(figure, color));
    expect(lines.map(({ dash }) => dash?.length)).to.deep.equal([undefined, 2, 4]);
    expect(texts(figure)).to.include.members(['train loss', 'validation loss', 'validation accuracy', 'epoch']);
    expect([figure.width, figure.height]).to.deep.equal([640, 440]);
    expect(figure.title).to.equal('train loss, validation loss, validation accuracy');
  });

  it('puts each point where the axes say', () => {
    const figure = curvesFigure(history);
    const read = COLORS.map((color) =>
      curve(figure, color).points.map(([, y]) => Number(valueAt(figure, y).toFixed(6))),
    );
    expect(read).to.deep.equal([
      [2, 1, 0.5],
      [1.5, 0.8, 0.6],
      [0.5, 0.7, 0.8],
    ]);
    const ticks = marksOf(figure, 'text').filter(({ text }) => ['1', '2', '3'].includes(text));
    expect(ticks.map(({ at }) => at[0])).to.deep.equal(curve(figure, COLORS[0]!).points.map(([x]) => x));
  });

  it('leaves out what is not finite, and lines without a point', () => {
    const figure = curvesFigure([
      { epoch: 1, train: { loss: 1 } },
      { epoch: 2, train: { loss: Number.NaN }, validation: { loss: Number.POSITIVE_INFINITY } },
      { epoch: 3, train: { loss: 1e300 } },
      { epoch: 4, train: { loss: 2 } },
    ]);
    expect(curve(figure, COLORS[0]!).points).to.have.length(2);
    expect(texts(figure)).to.not.include('validation loss');
  });

  it('draws a line through the epochs in which something was measured', () => {
    const figure = curvesFigure([history[0]!, { epoch: 2, train: { loss: 1 } }, history[2]!]);
    expect(curve(figure, COLORS[0]!).points).to.have.length(3);
    expect(curve(figure, COLORS[2]!).points).to.have.length(2);
  });

  it('draws dots after the first epoch', () => {
    const dots = marksOf(curvesFigure(history.slice(0, 1)), 'dot');
    expect(dots.map(({ color }) => color)).to.deep.equal(COLORS);
  });

  it('counts epochs in whole numbers', () => {
    const numbers = (epochs: number) =>
      marksOf(curvesFigure(Array.from({ length: epochs }, (_, i) => ({ epoch: i + 1, train: { loss: i } }))), 'text')
        .filter(({ anchor, text }) => anchor === 'middle' && /\d/.test(text))
        .map(({ text }) => Number(text));
    expect(numbers(2)).to.deep.equal([1, 2]);
    expect(numbers(10)).to.deep.equal([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(numbers(1000)).to.deep.equal([100, 200, 300, 400, 500, 600, 700, 800, 900, 1000]);
  });

  it('has axes for any values', () => {
    for (const losses of [
      [],
      [0],
      [2.5, 2.5],
      [-1e38, 1e38],
      [1e-30, 2e-30],
      [1, 1 + 1e-12],
      [0, 5e-324],
      [1e9, 3e9],
    ]) {
      const figure = curvesFigure(losses.map((loss, i) => ({ epoch: i + 1, train: { loss } })));
      const labels = marksOf(figure, 'text')
        .filter(({ anchor }) => anchor === 'end')
        .map(({ text }) => text);
      expect(labels.length, String(losses)).to.be.within(2, 12);
      expect(new Set(labels).size, `${losses}: ${labels}`).to.equal(labels.length);
      const positions = figure.marks.flatMap((mark) => (mark.kind === 'line' ? mark.points : [mark.at])).flat();
      expect(
        positions.every((value) => value >= 0 && value <= 640),
        `${losses}: ${positions}`,
      ).to.equal(true);
    }
  });

  it('labels small and large numbers so that they differ', () => {
    const labels = (a: number, b: number) =>
      marksOf(
        curvesFigure([
          { epoch: 1, train: { loss: a } },
          { epoch: 2, train: { loss: b } },
        ]),
        'text',
      )
        .filter(({ anchor }) => anchor === 'end')
        .map(({ text }) => text);
    expect(labels(0, 2)).to.deep.equal(['0.0', '0.5', '1.0', '1.5', '2.0']);
    expect(labels(0, 2e-6)).to.deep.equal(['0', '5e-7', '1e-6', '1.5e-6', '2e-6']);
    expect(labels(-0.1, 0.1)).to.deep.equal(['-0.10', '-0.05', '0.00', '0.05', '0.10']);
    expect(labels(0, 200)).to.deep.equal(['0', '50', '100', '150', '200']);
    expect(labels(0, 2e30)).to.deep.equal(['0', '5e+29', '1e+30', '1.5e+30', '2e+30']);
  });

  it('puts the legend where no line is', () => {
    const rising = curvesFigure([
      { epoch: 1, train: { loss: 0 } },
      { epoch: 2, train: { loss: 0.9 } },
      { epoch: 3, train: { loss: 1 } },
    ]);
    const falling = curvesFigure([
      { epoch: 1, train: { loss: 1 } },
      { epoch: 2, train: { loss: 0.1 } },
      { epoch: 3, train: { loss: 0 } },
    ]);
    const top = (figure: training.Figure) => marksOf(figure, 'box')[1]!.at[1];
    expect(top(falling)).to.be.below(100);
    expect(top(rising)).to.be.above(300);
  });

  it('refuses sizes that nothing fits into, or that no memory holds', () => {
    for (const width of [0, 239, 20000, 400.5, Number.NaN]) {
      expect(() => curvesFigure(history, { width, height: 300 })).to.throw(
        `curvesFigure: expected width and height to be integers from 240 to 10000, got ${width} and 300. Give pixels.`,
      );
    }
  });
});

describe('toSVG', () => {
  it('writes what the figure has, in its order', () => {
    const figure = curvesFigure(history, { title: 'LeNet', width: 400, height: 300 });
    const svg = toSVG(figure);
    expect(svg).to.match(
      /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" width="400" height="300" viewBox="0 0 400 300"/,
    );
    expect(svg)
      .to.include('<title>LeNet</title>')
      .and.to.match(/<\/svg>\n$/);
    const line = curve(figure, '#bf00bf');
    const points = line.points.map((point) => point.map((value) => Number(value.toFixed(2))).join(',')).join(' ');
    expect(svg).to.include(`<polyline points="${points}" stroke="#bf00bf" stroke-width="2" stroke-dasharray="7 5"/>`);
    const kinds = [...svg.matchAll(/^<(rect|polyline|circle|text) /gm)].map((match) => match[1]);
    const names = { box: 'rect', line: 'polyline', dot: 'circle', text: 'text' };
    expect(kinds).to.deep.equal(figure.marks.map(({ kind }) => names[kind]));
  });

  it('escapes names, and replaces what XML cannot hold', () => {
    const validation = { loss: 1, '<b>&"\u0000\ud800': 0.5 };
    const svg = toSVG(curvesFigure([{ epoch: 1, train: { loss: 1 }, validation }], { title: ']]></title><script>' }));
    expect(svg).to.include('>validation &#60;b&#62;&#38;&#34;\ufffd\ufffd</text>');
    expect(svg).to.not.include('<script');
  });

  it('shortens names that have no room', () => {
    const svg = toSVG(curvesFigure([{ epoch: 1, train: { loss: 1 } }], { title: 'ä'.repeat(1000) }));
    expect(svg).to.match(/>ä{20,100}\.\.\.<\/text>/);
  });
});

type RGB = number[];

function pixel({ width, data }: transforms.RGBImage, [x, y]: training.Point): RGB {
  const at = 3 * (Math.floor(y) * width + Math.floor(x));
  return [...data.subarray(at, at + 3)];
}

const rgb = (color: string): RGB => [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));

/** Alike, but for what a line does not cover of a pixel at its end. */
function isNear(a: RGB, b: RGB): boolean {
  return a.every((value, channel) => Math.abs(value - b[channel]!) <= 80);
}

describe('toPNG', () => {
  it('paints every mark in Node', async () => {
    const figure = curvesFigure(history, { title: 'LeNet' });
    const image = await transforms.loadImage(await toPNG(figure));
    expect([image.width, image.height]).to.deep.equal([640, 440]);
    expect(pixel(image, [2, 2])).to.deep.equal([255, 255, 255]);
    for (const color of COLORS) {
      // A dash begins where the line does; other points may lie between two.
      const { points, dash } = curve(figure, color);
      for (const point of dash ? points.slice(0, 1) : points) {
        expect(pixel(image, point)).to.satisfy((it: RGB) => isNear(it, rgb(color)));
      }
    }
    // Between its dashes a line is not there.
    const [from, to] = marksOf(figure, 'line').filter(({ color }) => color === '#bf00bf')[1]!.points;
    const row = Array.from({ length: to![0] - from![0] }, (_, i) => pixel(image, [from![0] + i, from![1]]));
    expect(row).to.deep.include.members([rgb('#ffffff'), rgb('#bf00bf')]);
    for (const { at, anchor, text } of marksOf(figure, 'text')) {
      const shift = { start: 4, middle: 0, end: -4 }[anchor];
      const around = Array.from(
        { length: 15 * 15 },
        (_, i): training.Point => [at[0] + shift - 7 + (i % 15), at[1] - 7 + Math.floor(i / 15)],
      );
      const darkest = Math.min(...around.map((point) => pixel(image, point)[0]!));
      expect(darkest, text).to.be.below(100);
    }
  });

  it('paints dots, letters that its font lacks, and a thousand epochs', async () => {
    const dots = curvesFigure([{ epoch: 1, train: { loss: 1 }, validation: { loss: 2, 损失: 3 } }]);
    const image = await transforms.loadImage(await toPNG(dots));
    for (const { at, color } of marksOf(dots, 'dot')) expect(pixel(image, at)).to.deep.equal(rgb(color));
    const long = curvesFigure(Array.from({ length: 1000 }, (_, i) => ({ epoch: i + 1, train: { loss: Math.sin(i) } })));
    expect((await toPNG(long)).subarray(1, 4)).to.deep.equal(Buffer.from('PNG'));
  });
});

describe('toPNG in Chromium (skipped where it is missing)', () => {
  let browser: Browser;
  let page: Page;
  let site: Awaited<ReturnType<typeof serve>>;
  before(needsChromium);
  before(async () => {
    const { code } = await bundleForPage(
      "import { toPNG } from './src/visualize/figure/index.ts'; window.toPNG = async (figure) => [...await toPNG(figure)];",
    );
    expect(code).to.not.include('jimp');
    site = await serve({ '/index.html': '<script type="module" src="main.js"></script>', '/main.js': code });
    browser = await launchChromium();
    page = await browser.newPage();
    await page.goto(site.url);
    await page.waitForFunction('window.toPNG');
  });
  after(async () => {
    await browser?.close();
    site?.close();
  });

  it('paints what Node paints', async () => {
    const figure = curvesFigure([
      ...history,
      { epoch: 4, train: { loss: 0.4 }, validation: { loss: 0.5, accuracy: 0.9, top5: 1 } },
    ]);
    const bytes = await page.evaluate(
      (drawn) => (window as unknown as { toPNG(figure: unknown): Promise<number[]> }).toPNG(drawn),
      figure,
    );
    const image = await transforms.loadImage(Uint8Array.from(bytes));
    const ours = await transforms.loadImage(await toPNG(figure));
    expect([image.width, image.height]).to.deep.equal([640, 440]);
    const points = [
      ...COLORS.flatMap((color) => curve(figure, color).points),
      ...marksOf(figure, 'dot').map(({ at }) => at),
    ];
    for (const point of points) expect(pixel(image, point)).to.satisfy((it: RGB) => isNear(it, pixel(ours, point)));
    // Letters differ, and edges a little.
    const differing = image.data.filter((value, i) => Math.abs(value - ours.data[i]!) > 64).length;
    expect(differing / image.data.length).to.be.below(0.02);
  });
});
