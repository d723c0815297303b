import type * as tf from '@tensorflow/tfjs-core';
import { expectTypeOf } from 'expect-type';
import {
  CenterCrop,
  Compose,
  type ImageOrTensor,
  Normalize,
  type PixelImage,
  Resize,
  type RGBImage,
  ToTensor,
  type Transform,
} from 'tfjs-zoo/transforms';

describe('types of transforms', () => {
  it("Compose takes what its first transform takes, and gives the last one's result", () => {
    const preprocess = new Compose([new ToTensor(), new Normalize([0.5], [0.5])]);
    expectTypeOf(preprocess.apply).parameter(0).toEqualTypeOf<PixelImage>();
    expectTypeOf(preprocess.apply).returns.toEqualTypeOf<tf.Tensor>();
    const toTensor = new Compose([new Resize(8), new CenterCrop(8), new ToTensor()]);
    expectTypeOf(toTensor.apply).parameter(0).toEqualTypeOf<ImageOrTensor>();
    expectTypeOf(toTensor.apply).returns.toEqualTypeOf<tf.Tensor3D>();
    expectTypeOf(preprocess).toExtend<Transform<RGBImage, tf.Tensor>>();
  });

  it('Resize and CenterCrop give back the kind that they took', () => {
    expectTypeOf(new Resize(8).apply<RGBImage>).returns.toEqualTypeOf<RGBImage>();
    expectTypeOf(new CenterCrop(8).apply<tf.Tensor3D>).returns.toEqualTypeOf<tf.Tensor3D>();
  });

  it('a literal of width, height and data is an RGBImage', () => {
    expectTypeOf({ width: 1, height: 1, data: new Uint8Array(3) }).toExtend<RGBImage>();
  });
});
