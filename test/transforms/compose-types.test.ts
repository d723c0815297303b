import type * as tf from '@tensorflow/tfjs-core';
import { expectTypeOf } from 'expect-type';
import {
  CenterCrop,
  ColorJitter,
  Compose,
  FiveCrop,
  functional,
  type ImageOrTensor,
  Lambda,
  Normalize,
  type PixelImage,
  RandomApply,
  RandomCrop,
  RandomErasing,
  RandomHorizontalFlip,
  RandomResizedCrop,
  Resize,
  type RGBImage,
  TenCrop,
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

  it('so do the random transforms, and the ops that they use', () => {
    expectTypeOf(new RandomCrop(8).apply<RGBImage>).returns.toEqualTypeOf<RGBImage>();
    expectTypeOf(new ColorJitter().apply<tf.Tensor4D>).returns.toEqualTypeOf<tf.Tensor4D>();
    expectTypeOf(new RandomHorizontalFlip().apply<RGBImage>).returns.toEqualTypeOf<RGBImage>();
    expectTypeOf(functional.pad<tf.Tensor3D>).returns.toEqualTypeOf<tf.Tensor3D>();
    expectTypeOf(functional.resizedCrop<RGBImage>).returns.toEqualTypeOf<RGBImage>();
    expectTypeOf(new RandomErasing().apply).parameter(0).toExtend<tf.Tensor>();
    type Crops = [RGBImage, RGBImage, RGBImage, RGBImage, RGBImage];
    expectTypeOf(new FiveCrop(8).apply<RGBImage>).returns.toEqualTypeOf<Crops>();
    expectTypeOf(new TenCrop(8).apply<RGBImage>).returns.toEqualTypeOf<[...Crops, ...Crops]>();
  });

  it("Compose of augmentation takes images, and gives its last transform's tensor", () => {
    const augment = new Compose([
      new RandomResizedCrop(8),
      new RandomApply([new ColorJitter({ hue: 0.1 })]),
      new ToTensor(),
      new RandomErasing(),
    ]);
    expectTypeOf(augment.apply).parameter(0).toEqualTypeOf<ImageOrTensor>();
    expectTypeOf(augment.apply).returns.toEqualTypeOf<tf.Tensor>();
    const crops = new Compose([new FiveCrop(8), new Lambda((all: PixelImage[]) => all.length)]);
    expectTypeOf(crops.apply).parameter(0).toEqualTypeOf<ImageOrTensor>();
    expectTypeOf(crops.apply).returns.toEqualTypeOf<number>();
    const inferred = new Lambda((image: RGBImage) => [image.width, image.height]);
    expectTypeOf(inferred).toExtend<Transform<RGBImage, number[]>>();
  });

  it('a literal of width, height and data is an RGBImage', () => {
    expectTypeOf({ width: 1, height: 1, data: new Uint8Array(3) }).toExtend<RGBImage>();
  });
});
