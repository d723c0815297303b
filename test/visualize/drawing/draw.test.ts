import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import sharp from 'sharp';
import { backends, createAlexNet, createModel, nn, visualize } from 'tfjs-zoo';
import { forEachBackend } from '../../support/backends.js';
import { BasicBlock, branching, smallResNet, vgg16 } from './nets.js';
import { textsOf } from './support.js';

const small = () =>
  new nn.Sequential([
    ['conv', new nn.Conv2d(3, 8, [3, 5], { stride: 2, padding: 1, groups: 1 })],
    ['norm', new nn.BatchNorm2d(8)],
    ['act', new nn.ReLU()],
    ['pool', new nn.AvgPool2d(2)],
    ['flat', new nn.Flatten()],
    ['fc', new nn.Linear(8 * 4 * 3, 5)],
  ]);

forEachBackend(() => {
  describe('visualize.drawArchitecture', () => {
    it('tells kernels that are not square, norms, and shapes without the batch', () => {
      using model = small();
      const svg = visualize.drawArchitecture(model, [2, 16, 14, 3]);
      expect(textsOf(svg, 'size')).to.deep.equal(['16×14×3', '8×6×8', '4×3×8', '5']);
      expect(textsOf(svg, 'line')).to.deep.equal([
        'input',
        ...['conv 3×5', 'stride 2', 'BN, ReLU', 'avg pool 2×2', 'stride 2', 'flatten', 'dense'],
      ]);
    });

    it('draws residual joins as signs with arcs, and says what lies on an arc', () => {
      using model = smallResNet();
      const svg = visualize.drawArchitecture(model, [1, 64, 64, 3]);
      expect(textsOf(svg, 'sign')).to.deep.equal(['+', '+', '+', '+']);
      expect(svg.split('class="skip"').length - 1).to.equal(4);
      expect(textsOf(svg, 'line')).to.include('conv 1×1, stride 2').and.to.include('BN, add, ReLU');
      expect(svg).to.include('A branch of conv 1×1, stride 2 goes from block 7 to block 9.');
    });

    it('draws a concatenation as a block with the other branches above', () => {
      using model = branching();
      const svg = visualize.drawArchitecture(model, [1, 32, 32, 3]);
      expect(textsOf(svg, 'size')).to.deep.equal([
        '32×32×3',
        '30×30×16',
        '30×30×8',
        '30×30×16',
        '30×30×40',
        '1×1×40',
        '10',
      ]);
      expect(textsOf(svg, 'line')).to.include.members([
        ...['conv 1×1', 'conv 1×1 → conv 5×5', 'max pool 3×3 → conv 1×1', 'concat', 'global avg pool'],
      ]);
    });

    it('draws every layer in the graph, with its name, type, settings and shape', () => {
      using model = small();
      const svg = visualize.drawArchitecture(model, [1, 16, 14, 3], { style: 'graph' });
      const types = ['Input', 'Conv2d', 'BatchNorm2d', 'ReLU', 'AvgPool2d', 'Flatten', 'Linear'];
      expect(textsOf(svg, 'size')).to.deep.equal(types);
      expect(textsOf(svg, 'line')).to.deep.equal([
        '16×14×3',
        ...['conv', '3×5, stride 2, padding 1', '8×6×8', 'norm', '8×6×8', 'act', '8×6×8'],
        ...['pool', '2×2, stride 2', '4×3×8', 'flat', '96', 'fc', '5'],
      ]);
      expect(svg.split('class="head"').length - 1).to.equal(types.length - 1);
    });

    it('follows branches and ops without a module in the graph', () => {
      using model = new BasicBlock(4, 8, 2);
      const svg = visualize.drawArchitecture(model, [1, 8, 8, 4], { style: 'graph' });
      expect(textsOf(svg, 'size').sort()).to.deep.equal(
        [
          'Input',
          'Conv2d',
          'Conv2d',
          'Conv2d',
          'BatchNorm2d',
          'BatchNorm2d',
          'BatchNorm2d',
          'ReLU',
          'Add',
          'ReLU',
        ].sort(),
      );
      // An arrow more than for a chain: the two ways from the input, and the two into the sum.
      expect(svg.split('class="head"').length - 1).to.equal(10);
      expect(svg).to.include('Add of bn2 and downsample.1: 4×4×8');
    });

    it('takes vectors, sequences, a single layer and functional layers', () => {
      class Functional extends nn.Module {
        readonly typeName = 'Functional';
        readonly act = new nn.Tanh();
        forward(x: tf.Tensor): tf.Tensor {
          const F = nn.functional;
          return tf.tidy(() => F.flatten(F.maxPool2d(this.act.forward(F.relu(tf.mul(x, 2))), 2), { startDim: 1 }));
        }
      }
      using dense = new nn.Linear(6, 3);
      const cases: [nn.AnyModule, number[], string[]][] = [
        [dense, [2, 6], ['6', '3']],
        [dense, [2, 5, 6], ['5×6', '5×3']],
        [new nn.ReLU(), [1, 4, 4, 2], ['4×4×2']],
        [new nn.Flatten(), [1, 4, 4, 2], ['4×4×2', '32']],
        [new Functional(), [1, 4, 4, 2], ['4×4×2', '2×2×2', '8']],
      ];
      for (const [model, shape, sizes] of cases) {
        expect(textsOf(visualize.drawArchitecture(model, shape), 'size')).to.deep.equal(sizes);
      }
    });

    it('leaves no tensor, and modes, forward and the engine as they were, even when the input does not fit', () => {
      using model = new nn.Sequential(small(), new nn.Dropout());
      (model.at(0) as nn.Sequential).at(1).eval();
      const modes = () => [...model.modules()].map(({ training }) => training);
      const [before, tensors] = [modes(), tf.memory().numTensors];
      visualize.drawArchitecture(model, [1, 16, 14, 3]);
      expect(() => visualize.drawArchitecture(model, [1, 16, 14, 4])).to.throw(
        nn.ShapeError,
        'Conv2d: expected 3 input channels (last axis, NHWC), got shape [1, 16, 14, 4].',
      );
      expect(tf.memory().numTensors).to.equal(tensors);
      expect(modes()).to.deep.equal(before);
      for (const module of model.modules()) expect(Object.hasOwn(module, 'forward')).to.equal(false);
      expect(Object.hasOwn(tf.engine(), 'runKernel')).to.equal(false);
    });
  });
});

describe('visualize.drawArchitecture on wasm', function () {
  this.timeout(120_000);

  before(() => backends.use('wasm'));

  it("tells AlexNet's sizes, kernels and strides in order", async () => {
    using model = await createAlexNet();
    const svg = visualize.drawArchitecture(model, [1, 224, 224, 3]);
    expect(textsOf(svg, 'size')).to.deep.equal(
      '224×224×3 55×55×64 27×27×64 27×27×192 13×13×192 13×13×384 13×13×256 13×13×256 6×6×256 4096 4096 1000'.split(' '),
    );
    expect(textsOf(svg, 'line')).to.deep.equal([
      'input',
      ...['conv 11×11', 'stride 4', 'ReLU', 'max pool 3×3', 'stride 2'],
      ...['conv 5×5', 'ReLU', 'max pool 3×3', 'stride 2'],
      ...['conv 3×3', 'ReLU', 'conv 3×3', 'ReLU', 'conv 3×3', 'ReLU', 'max pool 3×3', 'stride 2'],
      ...['flatten, dropout', 'dense', 'ReLU, dropout', 'dense', 'ReLU', 'dense'],
    ]);
    // A window and its rays for each convolution and pooling, a fan for each dense layer.
    const counts = ['window', 'ray', 'fan', 'front'].map((name) => svg.split(`class="${name}"`).length - 1);
    expect(counts).to.deep.equal([8, 32, 3, 12]);
    expect(svg).to.include('<title>AlexNet of an input 224×224×3</title>');
    expect(svg).to.include('conv 11×11, stride 4, ReLU: 55×55×64. max pool 3×3');
    expect(svg).to.include('<title>features.0: Conv2d(3, 64, kernel_size=(11, 11), stride=(4, 4), padding=(2, 2))\n');
  });

  it('breaks a deep network into rows of at most the width', () => {
    using model = nn.skipInit(vgg16);
    const [wide, narrow] = [1440, 390].map((width) => visualize.drawArchitecture(model, [1, 224, 224, 3], { width }));
    expect(textsOf(wide!, 'size')).to.have.length(22);
    expect(textsOf(narrow!, 'size')).to.deep.equal(textsOf(wide!, 'size'));
    expect(sizeOf(wide!)[0]).to.be.within(900, 1440);
    expect(sizeOf(narrow!)[0]).to.be.within(280, 390);
  });

  it('is valid XML whatever modules are called', async () => {
    class Odd extends nn.Module {
      readonly typeName = 'A<b> & "c"\u0001\ud800';
      forward(x: tf.Tensor): tf.Tensor {
        return tf.relu(x);
      }
    }
    const model = new nn.Sequential([['<&">', new Odd()]]);
    for (const style of ['blocks', 'graph'] as const) {
      const svg = visualize.drawArchitecture(model, [1, 4, 4, 1], { style });
      expect(svg).to.include('A&#60;b&#62; &#38; &#34;c&#34;\ufffd\ufffd');
      expect(svg).not.to.match(/\b(href|url\(|<script)/);
      // libxml2 refuses what is not well-formed.
      const { format, width } = await sharp(Buffer.from(svg)).metadata();
      expect([format, width]).to.deep.equal(['svg', sizeOf(svg)[0]]);
    }
  });

  it('has the colours of its theme, and in auto both', () => {
    const rules = (theme: 'light' | 'dark' | 'auto') => {
      const svg = visualize.drawArchitecture(new nn.ReLU(), [1, 2], { theme });
      return [
        svg.includes('fill: #ffffff'),
        svg.includes('fill: #0d1117'),
        svg.includes('@media (prefers-color-scheme: dark)'),
      ];
    };
    expect(rules('light')).to.deep.equal([true, false, false]);
    expect(rules('dark')).to.deep.equal([false, true, false]);
    expect(rules('auto')).to.deep.equal([true, true, true]);
  });

  const who = 'visualize.drawArchitecture: expected';
  const wrong: readonly [shape: unknown, options: object, message: string][] = [
    [
      [1, 0, 2.5],
      {},
      `${who} an input shape of positive integers such as [1, 224, 224, 3], got [1, 0, 2.5]. Begin with the batch, end with the channels.`,
    ],
    [
      [],
      {},
      `${who} an input shape of positive integers such as [1, 224, 224, 3], got []. Begin with the batch, end with the channels.`,
    ],
    [224, {}, `${who} an input shape of positive integers such as [1, 224, 224, 3], got number.`],
    [[1, 2], { style: 'pie' }, `${who} style to be one of blocks, graph, got 'pie'. Choose one of them.`],
    [[1, 2], { theme: 'blue' }, `${who} theme to be one of light, dark, auto, got 'blue'. Choose one of them.`],
    [[1, 2], { width: 10 }, `${who} width to be an integer from 320 to 10000, got 10. Give pixels.`],
    [[1, 2], { color: 1 }, `${who} an options object with style, theme, width, got option 'color'. Correct its name`],
  ];
  for (const [shape, options, message] of wrong) {
    it(`refuses ${JSON.stringify([shape, options])}`, () => {
      expect(() => visualize.drawArchitecture(new nn.ReLU(), shape as number[], options)).to.throw(
        nn.ZooError,
        message,
      );
    });
  }

  it('completes lazy layers and says what they became', async () => {
    using model = await createModel('alexnet_d2l', { channels: [2, 2, 2, 2, 2] });
    const svg = visualize.drawArchitecture(model, [1, 96, 96, 1], { style: 'graph' });
    expect(textsOf(svg, 'size')[1]).to.equal('Conv2d');
  });
});

function sizeOf(svg: string): [width: number, height: number] {
  const [, width, height] = /width="(\d+)" height="(\d+)"/.exec(svg)!;
  return [Number(width), Number(height)];
}
