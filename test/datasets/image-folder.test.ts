import { copyFileSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'chai';
import { backends, datasets, ImageError, transforms, ZooError } from 'tfjs-zoo';
import type { ImageFolder } from 'tfjs-zoo/datasets';
import { root } from '../docs/support.js';
import { Folder, rejection } from './support.js';

interface Listed {
  readonly classes: string[];
  readonly classToIdx: Record<string, number>;
  readonly samples: [string, number][];
  readonly targets: number[];
}

interface Golden {
  readonly files: string[];
  readonly links: Record<string, string>;
  readonly extensions: string[];
  readonly plain: Listed;
  readonly classToIdx: Record<string, number>;
  readonly some: Listed;
}

const golden: Golden = JSON.parse(
  readFileSync(new URL('../fixtures/datasets/image-folder.json', import.meta.url), 'utf8'),
);
const picture = (name: string) => join(root, 'test/fixtures/images/files', name);

/** A file as a page gives it that was chosen with its folder. */
function chosen(path: string, bytes: Uint8Array | string = ''): File {
  const file = new File([bytes as Uint8Array<ArrayBuffer>], path.split('/').at(-1)!);
  return Object.defineProperty(file, 'webkitRelativePath', { value: path });
}

function listedBy(set: ImageFolder, prefix: string): Listed {
  const samples = set.samples.map(([path, index]): [string, number] => [path.replace(prefix, ''), index]);
  return { classes: [...set.classes], classToIdx: { ...set.classToIdx }, samples, targets: set.targets };
}

describe('ImageFolder', () => {
  const folder = new Folder();
  before(() => backends.use('cpu'));

  function writeTree(): string {
    folder.write(Object.fromEntries(golden.files.map((name) => [name, ''])), 'tree');
    for (const [name, target] of Object.entries(golden.links)) symlinkSync(target, join(folder.path, 'tree', name));
    return join(folder.path, 'tree');
  }

  it("lists torchvision's classes and samples, in its order", async () => {
    const tree = writeTree();
    for (const path of [tree, `${tree}/`, pathToFileURL(tree)]) {
      expect(listedBy(await datasets.ImageFolder.load(path), `${tree}/`)).to.deep.equal(golden.plain);
    }
    const some = await datasets.ImageFolder.load(tree, { classToIdx: golden.classToIdx });
    expect(listedBy(some, `${tree}/`)).to.deep.equal({
      ...golden.some,
      classes: ['', '', 'a, b', '', '', 'c'], // by number, for labels are numbers
    });
  });

  it('lists the files that a user chose in a page alike', () => {
    const linked = golden.plain.samples.map(([path]) => path);
    const files = [...new Set([...golden.files, ...linked])].reverse().map((path) => chosen(`tree/${path}`));
    const set = datasets.ImageFolder.fromFiles(files);
    expect(listedBy(set, '')).to.deep.equal(golden.plain);
  });

  it('takes files by other endings, or by a test of their paths', async () => {
    const tree = writeTree();
    const paths = async (options: datasets.ImageFolderOptions) =>
      (await datasets.ImageFolder.load(tree, { ...options, allowEmpty: true })).samples.map(([path]) => path);
    expect(await paths({ extensions: '.gif' })).to.deep.equal([`${tree}/c/1.gif`]);
    expect(await paths({ extensions: ['.txt', '.gif'] })).to.deep.equal(
      ['b/notes.txt', 'c/1.gif', 'c/1.jpg.txt'].map((path) => `${tree}/${path}`),
    );
    expect(await paths({ isValidFile: (path) => path === `${tree}/c/jpg` })).to.deep.equal([`${tree}/c/jpg`]);
    const both = datasets.ImageFolder.load(tree, { extensions: '.gif', isValidFile: () => true });
    expect((await rejection(both)).message).to.equal(
      'ImageFolder: expected extensions or isValidFile, got both. Leave one out.',
    );
  });

  it('reads a folder once where a link leads back', async () => {
    folder.write({ 'cat/1.jpg': '', 'cat/more/2.jpg': '' });
    symlinkSync('..', join(folder.path, 'cat/more/back'));
    const { samples } = await datasets.ImageFolder.load(folder.path);
    expect(samples.map(([path]) => path)).to.deep.equal([`${folder.path}/cat/1.jpg`, `${folder.path}/cat/more/2.jpg`]);
  });

  it('refuses a folder without classes, and classes without images, all at once', async () => {
    const path = folder.write({ 'cat/1.jpg': '', 'dog/1.txt': '', 'loose.jpg': '' });
    mkdirSync(join(path, 'ape'));
    expect((await rejection(datasets.ImageFolder.load(path))).message).to.equal(
      `ImageFolder: expected images of every class in ${path}, got none of ape, dog (images end in .jpg, .jpeg, .png, .ppm, .bmp, .pgm, .tif, .tiff, .webp). ` +
        'Add some, remove the folders, or pass allowEmpty: true.',
    );
    const set = await datasets.ImageFolder.load(path, { allowEmpty: true });
    expect([set.classes, set.targets]).to.deep.equal([['ape', 'cat', 'dog'], [1]]);
    const none = datasets.ImageFolder.load(path, { isValidFile: () => false });
    expect((await rejection(none)).message).to.include('got none of ape, cat, dog (isValidFile took none).');
    const wanted = datasets.ImageFolder.load(path, { classToIdx: { cat: 0, cow: 1 } });
    expect((await rejection(wanted)).message).to.include('got none of cow (');
    const numbers = datasets.ImageFolder.load(path, { classToIdx: { cat: -1, dog: 0.5, cow: 2 ** 40, ape: 0 } });
    expect((await rejection(numbers)).message).to.equal(
      'ImageFolder: expected classToIdx to have integers from 0 to 1048575, got -1 for cat, 0.5 for dog, 1099511627776 for cow. Number the classes.',
    );
    const flat = await rejection(datasets.ImageFolder.load(join(path, 'cat')));
    expect(flat).to.be.instanceOf(ZooError);
    expect(flat.message).to.equal(
      `ImageFolder: expected a folder for each class in ${path}/cat, got none. Put the images of each class in a folder of its name.`,
    );
    expect((await rejection(datasets.ImageFolder.load(join(path, 'nowhere')))).message).to.equal(
      `ImageFolder: expected a folder that can be read at ${path}/nowhere, got ENOENT. Check the path.`,
    );
    expect(() => datasets.ImageFolder.fromFiles([new File([], 'a.jpg')])).to.throw(
      ZooError,
      'ImageFolder.fromFiles: expected files with a webkitRelativePath, got a.jpg without. Let the user choose a folder',
    );
    const transform = (() => {}) as unknown as transforms.Resize;
    expect((await rejection(datasets.ImageFolder.load(path, { allowEmpty: true, transform }))).message).to.include(
      'ImageFolder: expected transform to have a method apply(x), got function.',
    );
  });

  it('decodes its images, and applies a transform', async () => {
    mkdirSync(join(folder.path, 'cat/a'), { recursive: true });
    copyFileSync(picture('420.jpg'), join(folder.path, 'cat/1.jpg'));
    copyFileSync(picture('gray-16bit.png'), join(folder.path, 'cat/a/2.png'));
    const set = await datasets.ImageFolder.load(folder.path);
    for (const [index, name] of ['420.jpg', 'gray-16bit.png'].entries()) {
      const { input, label } = await set.get(index);
      expect(label).to.equal(0);
      expect(input).to.deep.equal(await transforms.loadImage(picture(name)));
    }
    const files = [chosen('x/cat/1.jpg', readFileSync(picture('420.jpg')))];
    const transform = new transforms.Resize([4, 5]);
    const picked = datasets.ImageFolder.fromFiles(files, { transform });
    expect((await picked.get(0)).input).to.include({ width: 5, height: 4 });
    expect((await rejection(picked.get(1))).message).to.include('ImageFolder: expected an index from 0 to 0, got 1.');
  });

  it('makes batches of many images', async () => {
    folder.write(
      Object.fromEntries(
        [...Array(40).keys()].map((i) => [`${i % 2 ? 'cat' : 'dog'}/${i}.jpg`, readFileSync(picture('420.jpg'))]),
      ),
    );
    const transform = new transforms.Resize([6, 6]);
    const set = await datasets.ImageFolder.load(folder.path, { transform });
    let count = 0;
    for await (const { inputs, labels } of new datasets.DataLoader(set, { batchSize: 16, shuffle: true })) {
      expect(inputs.shape.slice(1)).to.deep.equal([6, 6, 3]);
      count += inputs.shape[0]!;
      tf.dispose([inputs, labels]);
    }
    expect(count).to.equal(40);
  });

  it('names the file that it cannot decode', async () => {
    const path = folder.write({
      'cat/broken.jpg': readFileSync(picture('420.jpg')).subarray(0, -100),
      'cat/$&.png': 'text',
    });
    const set = await datasets.ImageFolder.load(path);
    const error = await rejection(set.get(1));
    expect(error).to.be.instanceOf(ImageError);
    expect(error.message).to.match(
      /^ImageFolder \(.*\/cat\/broken\.jpg\): expected the end marker of a JPEG, got the end of the file at byte \d+\./,
    );
    expect((await rejection(set.get(0))).message).to.include(`ImageFolder (${path}/cat/$&.png): expected `);
    symlinkSync('nowhere.jpg', join(path, 'cat/lost.jpg'));
    const lost = await datasets.ImageFolder.load(path);
    expect((await rejection(lost.get(2))).message).to.include(`ImageFolder (${path}/cat/lost.jpg): expected an image`);
  });
});
