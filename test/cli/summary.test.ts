import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { createModel } from 'tfjs-zoo';
import { root, temporaryFolder, tfjsZoo, writeLenet } from './support.js';

describe('tfjs-zoo summary', () => {
  const weights = writeLenet(temporaryFolder());

  it("prints PyTorch's repr and the table of layers", async () => {
    const { code, stdout, stderr } = await tfjsZoo('summary', 'lenet', '--num-classes', '3');
    expect([code, stderr]).to.deep.equal([0, '']);
    using model = await createModel('lenet', { numClasses: 3 });
    const [repr, table] = stdout.split('\n\n');
    expect(repr).to.equal(String(model));
    expect(table).to.match(/^conv1 +Conv2d +\[1, 24, 24, 6\] +156 +yes +86,400 +13,824$/m);
    expect(table).to.match(/^fc3 +Linear +\[1, 3\] +255 +yes +252 +12$/m);
    expect(table).to.match(/^43,831 parameters, 43,831 of them trainable$/m);
  });

  it('prints JSON, of lazy models with what the input made of them', async () => {
    const { code, stdout, stderr } = await tfjsZoo('summary', 'alexnet_d2l', '--input', '2,96,96,3', '--json');
    expect([code, stderr]).to.deep.equal([0, '']);
    const { name, repr, model, inputShape, rows, parameters } = JSON.parse(stdout);
    expect([name, model, inputShape]).to.deep.equal(['alexnet_d2l', 'AlexNet', [2, 96, 96, 3]]);
    expect(repr).to.include('(0): Conv2d(3, 96, kernel_size=(11, 11), stride=(4, 4), padding=(1, 1))');
    expect(rows[0]).to.deep.equal({
      name: 'net.0',
      type: 'Conv2d',
      outputShape: [2, 22, 22, 96],
      parameters: 34_944,
      trainable: 34_944,
      multiplyAdds: 2 * 22 * 22 * 34_848,
      activationBytes: 4 * 2 * 22 * 22 * 96,
    });
    expect(parameters).to.equal(21_622_154);
  });

  it('takes one gray image for a model that takes any number of channels', async () => {
    const { stdout } = await tfjsZoo('summary', 'alexnet_d2l', '--json');
    expect(JSON.parse(stdout).inputShape).to.deep.equal([1, 224, 224, 1]);
  });

  it('takes the sizes from weights', async () => {
    const { code, stdout } = await tfjsZoo('summary', 'lenet', '--weights', weights, '--json');
    const { inputShape, rows } = JSON.parse(stdout);
    expect(code).to.equal(0);
    expect([inputShape, rows.at(-1).outputShape]).to.deep.equal([
      [1, 32, 32, 1],
      [1, 7],
    ]);
  });

  it("prints the table alone, in PyTorch's order, with milliseconds", async () => {
    const { code, stdout, stderr } = await tfjsZoo(...'summary lenet --style table --order pytorch --time'.split(' '));
    expect([code, stderr]).to.deep.equal([0, '']);
    expect(stdout).to.match(/^Layer +Type +Output shape +Parameters +Trainable +Multiply-adds +Output bytes +ms\n─/);
    expect(stdout).to.match(/^conv1 +Conv2d +\[1, 6, 24, 24\] +156 +yes +86,400 +13,824 +\d+\.\d{3}$/m);
    expect(stdout).to.match(/^LeNet of an input \[1, 1, 28, 28\]$/m);
    expect(stdout).to.match(/^\d+\.\d{3} ms for a whole pass on \w+\n$/m);
  });

  it('prints milliseconds as JSON', async () => {
    const { stdout } = await tfjsZoo('summary', 'lenet', '--time', '--json');
    const { rows, milliseconds, multiplyAdds, backend, order } = JSON.parse(stdout);
    expect([multiplyAdds, order]).to.deep.equal([281_640, 'channelsLast']);
    expect(milliseconds).to.be.greaterThan(0);
    expect(rows).to.have.length(12);
    for (const row of rows) expect(row.milliseconds).to.be.a('number');
    expect(backend).to.match(/^\w+$/);
  });

  const texts: readonly (readonly [words: string, file: string])[] = [
    ['alexnet_bn --style torchsummary --input 1,227,227,3', 'alexnet_bn.torchsummary'],
    ['alexnet --style torchsummary', 'alexnet.torchsummary'],
    ['alexnet_d2l --style torchsummary', 'alexnet_d2l.torchsummary'],
    ['lenet --style torchsummary --input 5,28,28,1', 'lenet.torchsummary'],
    ['alexnet_d2l --style d2l --input 1,224,244,1', 'alexnet_d2l.d2l'],
    ['lenet --style d2l --input 3,28,28,1', 'lenet.d2l'],
    ['alexnet_d2l --style torch', 'alexnet_d2l.torch'],
    ['alexnet_bn --style torch', 'alexnet_bn.torch'],
  ];
  for (const [words, file] of texts) {
    it(`prints what the tool itself does, and nothing else: ${words}`, async () => {
      const { code, stdout, stderr } = await tfjsZoo('summary', ...words.split(' '));
      expect([code, stderr]).to.deep.equal([0, '']);
      expect(stdout).to.equal(readFileSync(`${root}/test/fixtures/visualize/${file}.txt`, 'utf8'));
    });
  }

  it('prints as PyTorch does what an input makes of lazy layers', async () => {
    const { stdout } = await tfjsZoo('summary', 'alexnet_d2l', '--style', 'torch', '--input', '1,224,224,3');
    expect(stdout).to.include('(0): Conv2d(3, 96, kernel_size=(11, 11), stride=(4, 4), padding=(1, 1))\n');
    expect(stdout.endsWith('\n  )\n)\n')).to.equal(true);
  });

  const failures: readonly (readonly [words: readonly string[], code: number, message: string])[] = [
    [[], 2, 'expected the name of one model, got none.'],
    [['lenet', 'alexnet'], 2, "expected the name of one model, got 'lenet', 'alexnet'."],
    [['vgg99'], 2, "expected a model among 32, got 'vgg99'. The nearest: vgg19, vgg11, vgg13."],
    [
      ['lenet', '--input', '28,28'],
      2,
      "expected --input as four positive integers N,H,W,C such as 1,224,224,3, got '28,28'.",
    ],
    [
      ['lenet', '--input', '1,0,28,1'],
      2,
      "expected --input as four positive integers N,H,W,C such as 1,224,224,3, got '1,0,",
    ],
    [
      ['lenet', '--input', '1,1,28,28'],
      2,
      'expected an --input that fits the model, got 1,1,28,28: Conv2d: expected 1 input channels',
    ],
    ...['torchsummary', 'd2l', 'torch'].map(
      (style) =>
        [
          ['lenet', '--input', '1,1,28,28', '--style', style],
          2,
          'expected an --input that fits the model, got 1,1,28,28: Conv2d: expected 1 input channels',
        ] as const,
    ),
    [['lenet', '--style', 'keras'], 2, "expected --style among table, torch, torchsummary, d2l, got 'keras'."],
    [['lenet', '--order', 'NCHW'], 2, "expected --order among channels-last, pytorch, got 'NCHW'."],
    [['lenet', '--style', 'torch', '--json'], 2, 'expected --json with --style table, got it with --style torch.'],
    [['lenet', '--style', 'd2l', '--time'], 2, 'expected --time with --style table, got it with --style d2l.'],
    [
      ['lenet', '--style', 'torchsummary', '--order', 'pytorch'],
      2,
      'expected --order with --style table, got it with --style torchsummary.',
    ],
    [
      ['alexnet', '--style', 'd2l'],
      2,
      'expected a model that --style d2l can show, got another: visualize.layerSummary: expected a model whose layers are in one ' +
        'Sequential, such as net, got 2, features, classifier, in AlexNet. Use visualize.summary, or give one of its parts.',
    ],
    [['lenet', '--input', '1,32,32,1'], 2, 'expected an --input that fits the model, got 1,32,32,1: '],
    [['lenet', '--input', '99999,224,224,3'], 2, 'expected an --input of at most 33554432 numbers, got 15052649472.'],
    [['lenet', '--num-classes', '2.5'], 2, "expected a positive integer for --num-classes, got '2.5'."],
    [['lenet', '--weights', 'no-such.pth'], 1, 'no-such.pth: expected a checkpoint file, got ENOENT'],
    [['alexnet', '--weights', weights], 1, "createModel('alexnet'): expected a state dict"],
  ];
  for (const [words, code, message] of failures) {
    it(`exits with ${code} and one line for ${words.join(' ').replace(weights, 'FILE') || 'no model'}`, async () => {
      const outcome = await tfjsZoo('summary', ...words);
      expect(outcome.stderr).to.match(/^[^\n]*\n$/);
      expect(outcome.stderr.startsWith(`tfjs-zoo summary: ${message}`), outcome.stderr).to.equal(true);
      expect([outcome.code, outcome.stdout]).to.deep.equal([code, '']);
    });
  }
});
