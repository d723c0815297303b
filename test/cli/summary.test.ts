import { expect } from 'chai';
import { createModel } from 'tfjs-zoo';
import { temporaryFolder, tfjsZoo, writeLenet } from './support.js';

describe('tfjs-zoo summary', () => {
  const weights = writeLenet(temporaryFolder());

  it("prints PyTorch's repr and the table of layers", async () => {
    const { code, stdout, stderr } = await tfjsZoo('summary', 'lenet', '--num-classes', '3');
    expect([code, stderr]).to.deep.equal([0, '']);
    using model = await createModel('lenet', { numClasses: 3 });
    const [repr, table] = stdout.split('\n\n');
    expect(repr).to.equal(String(model));
    expect(table).to.match(/^conv1 +Conv2d +\[1, 24, 24, 6\] +156 +yes$/m);
    expect(table).to.match(/^fc3 +Linear +\[1, 3\] +255 +yes$/m);
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

  const failures: readonly (readonly [words: string[], code: number, message: string])[] = [
    [[], 2, 'expected the name of one model, got none.'],
    [['lenet', 'alexnet'], 2, "expected the name of one model, got 'lenet', 'alexnet'."],
    [
      ['vgg99'],
      2,
      "expected a model among alexnet, alexnet_d2l, alexnet_bn, alexnet_paper, efficientnet_lite0, lenet, got 'vgg99'.",
    ],
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
