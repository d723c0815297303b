import { expect } from 'chai';
import { type PickleGlobal, type PickleObject, readCheckpoint } from 'tfjs-zoo/converters';
import { CheckpointError } from '../../../src/core/index.js';
import { bytesOf, fixturePath, rejection, torchZip, uint32 } from '../support.js';

type Extra = Record<string, unknown>;

async function extraOf(file: string): Promise<Extra> {
  return (await readCheckpoint(fixturePath(file))).extra as Extra;
}

describe('what frameworks save beside a state dict', () => {
  for (const protocol of [2, 4]) {
    it(`is inert in a Lightning checkpoint of protocol ${protocol}`, async () => {
      const { epoch, callbacks, hyper_parameters, hparams } = await extraOf(`tricky-lightning-p${protocol}.ckpt`);
      expect(epoch).to.equal(3);
      const [[type, state]] = [...(callbacks as Map<PickleGlobal, unknown>)] as [[PickleGlobal, unknown]];
      expect([type.path, state]).to.deep.equal(['user_code.Callback', { best: 0.5 }]);
      const hyper = hyper_parameters as PickleObject;
      expect([hyper.className, hyper.items, hyper.state]).to.deep.equal([
        'user_code.AttributeDict',
        new Map<string, unknown>([
          ['lr', 0.1],
          ['betas', [0.9, 0.999]],
        ]),
        { extra: 1 },
      ]);
      const { config, frozen } = (hparams as PickleObject).state as Record<string, PickleObject>;
      expect([config!.className, config!.state]).to.deep.equal(['user_code.Config', [null, { lr: 0.1 }]]);
      if (protocol === 4) expect([frozen!.className, frozen!.args.length]).to.deep.equal(['user_code.Frozen', 2]);
    });
  }

  for (const protocol of [2, 5]) {
    it(`keeps numpy's values inert in protocol ${protocol}`, async () => {
      const { scalar, array, objects, structured, complex } = await extraOf(`tricky-numpy-p${protocol}.pth`);
      expect((scalar as PickleObject).className).to.equal('numpy.core.multiarray.scalar');
      for (const value of [array, objects, structured]) {
        expect((value as PickleObject).className).to.match(
          /^numpy\.core\.(multiarray\._reconstruct|numeric\._frombuffer)$/,
        );
      }
      expect((complex as PickleObject).className).to.match(/^(builtins|__builtin__)\.complex$/);
      expect((complex as PickleObject).args).to.deep.equal([1, 2]);
    });
  }

  it('is that of timm, mmcv, DETR and YOLO too', async () => {
    expect((await extraOf('tricky-timm.pth')).amp_scaler).to.deep.equal({ scale: 65536 });
    expect(((await extraOf('tricky-mmcv.pth')).meta as Extra).CLASSES).to.deep.equal(['cat', 'dog']);
    expect(((await extraOf('tricky-detr.pth')).args as PickleObject).state).to.deep.equal({ lr: 0.1 });
    expect(await extraOf('tricky-yolo.pth')).to.include({ epoch: -1, ema: null, date: '2026-01-01' });
  });
});

describe('a call of anything outside the closed list is refused, by name and offset', () => {
  const calls: [string, string][] = [
    ['tricky-ordered-subclass.pth', 'user_code.Ordered'],
    ['tricky-datetime.pth', 'datetime.datetime'],
    ['tricky-enum.pth', '__builtin__.getattr'],
    ['tricky-lazy.pth', 'torch.nn.parameter.UninitializedParameter'],
  ];
  for (const [file, global] of calls) {
    it(`of ${global} in ${file}`, async () => {
      const error = await rejection(readCheckpoint(fixturePath(file)));
      expect(error).to.be.instanceOf(CheckpointError);
      expect(error.message).to.match(/^Pickle, byte \d+: the file asks to call /);
      expect(error.message).to.include(`call ${global}, which is not among the functions that a checkpoint may call`);
      expect(error.offset).to.be.above(0);
    });
  }

  const refused = [
    ...['os.system', 'builtins.eval', '__builtin__.getattr', 'torch.storage._load_from_bytes', 'torch.load'],
    ...['datetime.datetime', 'numpy.load', 'pathlib.Path.home', 'torch._utils._rebuild_wrapper_subclass', 'a.B'],
    ...[
      'functools.partial',
      'operator.attrgetter',
      'codecs.decode',
      'torch.jit.load',
      'numpy.core.multiarray.fromfile',
    ],
  ];
  for (const path of refused) {
    const [module, name] = [path.slice(0, path.lastIndexOf('.')), path.slice(path.lastIndexOf('.') + 1)];
    const ways: [string, Uint8Array, number][] = [
      ['REDUCE', bytesOf(`c${module}\n${name}\n)R.`), path.length + 3],
      ['INST', bytesOf(`(i${module}\n${name}\n.`), 1],
      ['OBJ', bytesOf(`(c${module}\n${name}\no.`), path.length + 3],
    ];
    for (const [way, pickle, offset] of ways) {
      it(`${path} by ${way}`, async () => {
        const error = await rejection(readCheckpoint(torchZip(pickle)));
        expect(error).to.be.instanceOf(CheckpointError);
        expect(error.message).to.include(`Pickle, byte ${offset}: the file asks to call ${path}, which is not among`);
        expect(error.offset).to.equal(offset);
      });
    }
  }

  it('but a global that nobody calls, or whose bare instance is asked for, is data', async () => {
    const item = (key: string, ...value: (string | Uint8Array | number)[]) => bytesOf('X', uint32(1), key, ...value);
    const bare = item('b', 'cos\nsystem\n)\x81');
    const keywords = item('c', 'cos\nsystem\n)}\x92}b');
    const pickle = bytesOf('}(', item('a', 'cos\nsystem\n'), bare, keywords, 'u.');
    // There are no tensors in it, which is found out after all of it was read.
    const error = await rejection(readCheckpoint(torchZip(pickle)));
    expect(error.message).to.include('expected a state dict (a dict of tensors), got the keys a, b, c');
  });
});
