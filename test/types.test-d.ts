// Checked by the compiler (npm run typecheck), never run.
import * as tf from '@tensorflow/tfjs-core';
import { expectTypeOf } from 'expect-type';
import {
  type backends,
  createAlexNet,
  createClassifier,
  createModel,
  type HostTensor,
  listModels,
  type models,
  nn,
  type StateDict,
  type transforms,
} from 'tfjs-zoo';
import { openCheckpoint, readCheckpoint } from 'tfjs-zoo/converters';

// A variant's name tells its class; options belong to it.
expectTypeOf(await createAlexNet()).toEqualTypeOf<models.AlexNet>();
expectTypeOf(await createAlexNet({ variant: 'torchvision' })).toEqualTypeOf<models.AlexNet>();
expectTypeOf(await createAlexNet({ variant: 'd2l' })).toEqualTypeOf<models.AlexNetD2l>();
expectTypeOf(await createAlexNet({ variant: 'batchnorm', lastReLU: false })).toEqualTypeOf<models.AlexNetBatchNorm>();
expectTypeOf(await createAlexNet({ variant: 'paper' })).toEqualTypeOf<models.AlexNetPaper>();
// @ts-expect-error no such variant
await createAlexNet({ variant: 'vgg' });
// @ts-expect-error five widths, not three
await createAlexNet({ channels: [64, 128, 256] });

expectTypeOf(await createModel('lenet', { inChannels: 3 })).toEqualTypeOf<models.LeNet>();
// @ts-expect-error LeNet has no dropout
await createModel('lenet', { dropout: 0.5 });
// @ts-expect-error no such model
await createModel('vgg17');
expectTypeOf(listModels()).toEqualTypeOf<models.ModelName[]>();

// One image, one list; an array of images, an array of lists.
const classifier = await createClassifier('alexnet', { weights: new Blob() });
expectTypeOf(classifier.model).toEqualTypeOf<models.AlexNet>();
expectTypeOf(classifier.classify('cat.jpg')).resolves.toEqualTypeOf<models.Prediction[]>();
expectTypeOf(classifier.classify(['cat.jpg'])).resolves.toEqualTypeOf<models.Prediction[][]>();
expectTypeOf<Blob>().toExtend<transforms.ImageSource>();
expectTypeOf<ImageData>().toExtend<transforms.ImageSource>();

// What PyTorch requires is positional, what has a default is an option.
expectTypeOf(nn.Conv2d).toBeConstructibleWith(3, 64, 11, { stride: 4, padding: 'same' });
expectTypeOf(nn.Conv2d).toBeConstructibleWith(3, 64, [11, 5]);
expectTypeOf(nn.MaxPool2d).toBeConstructibleWith(3, { stride: 2, ceilMode: true });
// @ts-expect-error the kernel size is required
new nn.Conv2d(3, 64);
// @ts-expect-error options are camelCase
new nn.Conv2d(3, 64, 11, { padding_mode: 'zeros' });

// Containers are indexed by position, typed as modules; beyond the end there may be nothing.
const net = new nn.Sequential(new nn.Linear(4, 8), new nn.ReLU());
expectTypeOf(net[0]).toEqualTypeOf<nn.AnyModule | undefined>();
expectTypeOf(net.at(-1)).toEqualTypeOf<nn.AnyModule>();
expectTypeOf(net.slice(0, 1)).toEqualTypeOf<nn.Sequential>();
expectTypeOf(net.forward).returns.toEqualTypeOf<tf.Tensor>();
expectTypeOf(net.stateDict()).resolves.toEqualTypeOf<StateDict>();

/** A module says its typeName in a field or a getter, and may take more than a tensor. */
class Choice extends nn.Module<[x: tf.Tensor, choice: 'conv' | 'pool']> {
  readonly typeName = 'Choice';
  forward(x: tf.Tensor, _choice: 'conv' | 'pool'): tf.Tensor {
    return x.clone();
  }
}
expectTypeOf<Choice>().toExtend<nn.AnyModule>();
expectTypeOf<Choice['forward']>().parameters.toEqualTypeOf<[x: tf.Tensor, choice: 'conv' | 'pool']>();
// @ts-expect-error typeName is missing
class Nameless extends nn.Module {
  forward(x: tf.Tensor): tf.Tensor {
    return x.clone();
  }
}
expectTypeOf(Nameless).instance.toExtend<nn.AnyModule>();

// A loss is one number, as tf.variableGrads wants it, unless it is not reduced.
expectTypeOf(new nn.MSELoss().forward).returns.toEqualTypeOf<tf.Scalar>();
expectTypeOf(new nn.CrossEntropyLoss({ weight: [1, 2] }).forward).returns.toEqualTypeOf<tf.Scalar>();
expectTypeOf(new nn.HuberLoss({ reduction: 'none' }).forward).returns.toEqualTypeOf<tf.Tensor>();
expectTypeOf(nn.functional.mseLoss(tf.zeros([2]), tf.zeros([2]))).toEqualTypeOf<tf.Scalar>();
expectTypeOf(nn.functional.l1Loss(tf.zeros([2]), tf.zeros([2]), { reduction: 'none' })).toEqualTypeOf<tf.Tensor>();
// @ts-expect-error no such reduction
new nn.BCELoss({ reduction: 'average' });

// Checkpoints.
expectTypeOf((await readCheckpoint(new Uint8Array())).stateDict).toEqualTypeOf<StateDict>();
expectTypeOf((await openCheckpoint('a.pth')).read).returns.resolves.toEqualTypeOf<HostTensor>();
expectTypeOf<Parameters<typeof backends.use>[0]>().toEqualTypeOf<backends.BackendName | 'auto' | undefined>();
