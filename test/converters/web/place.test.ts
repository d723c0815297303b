import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { writeWebFolder } from 'tfjs-zoo/converters';
import { CheckpointError } from '../../../src/core/index.js';
import { rejection } from '../support.js';
import { beside, places, stateOf } from './places.js';
import { filesIn } from './support.js';

const newPlace = places();
const old = stateOf(1);

describe('a place where no web folder can be', () => {
  it('has something, and there is no force', async () => {
    const place = newPlace();
    writeFileSync(place, 'mine');
    for (const target of [place, pathToFileURL(place)]) {
      const error = await rejection(writeWebFolder(old, target));
      expect(error).to.be.instanceOf(CheckpointError);
      expect(error.message).to.equal(
        `writeWebFolder: expected no folder yet, got one at ${place}. Choose another, or replace it with force (--force).`,
      );
    }
    expect(beside(place)).to.deep.equal(['net']);
  });

  it('has something else than a web folder, which no force removes', async () => {
    const place = newPlace();
    const refused = async (got: string) => {
      const error = await rejection(writeWebFolder(old, place, { force: true }));
      expect(error).to.be.instanceOf(CheckpointError);
      expect(error.message).to.equal(
        `writeWebFolder: expected a web folder to replace, got ${place} ${got}. Choose another place.`,
      );
      expect(beside(place)).to.deep.equal(['net']);
    };
    writeFileSync(place, 'mine');
    await refused('without model.json');
    expect(readFileSync(place, 'utf8')).to.equal('mine');
    rmSync(place);
    mkdirSync(place);
    writeFileSync(join(place, 'thesis.tex'), 'mine');
    await refused('without model.json');
    rmSync(join(place, 'thesis.tex'));
    await writeWebFolder(old, place, { force: true }); // nothing is lost of an empty one
    writeFileSync(join(place, 'model.json'), '{}');
    writeFileSync(join(place, 'thesis.tex'), 'mine');
    await refused('with thesis.tex in it');
    expect(filesIn(place)).to.deep.equal(['model.json', 'thesis.tex', 'weights-001.bin']);
    rmSync(join(place, 'thesis.tex'));
    mkdirSync(join(place, 'src.bin'));
    await refused('with src.bin in it');
  });

  it('is an address, or in a folder that cannot be', async () => {
    for (const target of ['https://example.org/net/', new URL('https://example.org/net/'), 'data:,x']) {
      const error = await rejection(writeWebFolder(old, target));
      expect(error).to.be.instanceOf(CheckpointError);
      expect(error.message).to.equal(
        `writeWebFolder: expected a path or a file: URL to write to, in Node, got ${target}. Give one of those.`,
      );
    }
    const place = newPlace();
    writeFileSync(place, '');
    const error = await rejection(writeWebFolder(old, join(place, 'net')));
    expect(error).to.be.instanceOf(CheckpointError);
    expect(error.message).to.match(
      /^writeWebFolder: expected a folder that can be written, got (ENOTDIR|EEXIST) at .*\/net\/net\. Check the path/,
    );
    expect(beside(place)).to.deep.equal([basename(place)]);
  });
});
