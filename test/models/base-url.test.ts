import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { backends, createClassifier, createModel, models, weights } from 'tfjs-zoo';
import { readCheckpoint } from 'tfjs-zoo/converters';
import { serveFile, status } from '../support/file-server.js';
import { forgetRegistered, rejection, withoutOurVariables } from '../weights/support.js';

const fixture = (name: string) => new URL(`../fixtures/docs/${name}`, import.meta.url);

describe('weights that an application serves, by setBaseUrl', () => {
  forgetRegistered();
  withoutOurVariables();
  let folder: string;
  before(async () => {
    await backends.use('wasm');
    folder = mkdtempSync(join(tmpdir(), 'tfjs-zoo-base-'));
    await models.convertWeights(fixture('alexnet.pth'), join(folder, 'alexnet'), { model: 'alexnet' });
    using lenet = await createModel('lenet');
    const categories = [...'0123456789'];
    await models.convertWeights(await lenet.stateDict(), join(folder, 'lenet'), { model: 'lenet', categories });
  });
  after(() => rmSync(folder, { recursive: true }));
  afterEach(() => weights.setBaseUrl(undefined));

  it('are those that pretrained takes, before any other', async () => {
    weights.setBaseUrl(folder);
    using model = await createModel('alexnet', { pretrained: true });
    const { stateDict } = await readCheckpoint(fixture('alexnet.pth'));
    expect((await model.stateDict()).get('classifier.6.bias')!.data).to.deep.equal(
      stateDict.get('classifier.6.bias')!.data,
    );
  });

  it('may be of a model for which none are published, with their labels', async () => {
    weights.setBaseUrl(folder);
    using classifier = await createClassifier('lenet', { pretrained: true });
    expect(classifier.categories).to.deep.equal([...'0123456789']);
  });

  it('fall back to what is published, and name both where that fails too', async () => {
    const server = await serveFile(new Uint8Array(8), status(404));
    weights.registerWeights({
      model: 'lenet',
      name: 'MINE',
      isDefault: true,
      url: server.url,
      sha256: '0'.repeat(64),
      size: { bytes: 8 },
    });
    weights.setBaseUrl(`${folder}/nothing`);
    const cacheFolder = join(folder, 'cache');
    const error = await rejection(createModel('lenet', { pretrained: true, cacheFolder }));
    await server.close();
    expect(error.message).to.equal(
      `pretrained: expected the weights MINE of lenet (8 bytes), got none from ${folder}/nothing/lenet/ (${folder}/nothing/lenet/: expected a checkpoint ` +
        `file, got ENOENT. Check the path.), ${server.url} (HTTP status 404 Not Found). Serve them yourself: ` +
        "npx tfjs-zoo convert lenet public/models/lenet --dtype float16, and weights.setBaseUrl('/models/').",
    );
  });

  it('are not what convertWeights takes for published', async () => {
    weights.setBaseUrl(folder);
    const entry = weights.defaultEntry('efficientnet_lite0')!;
    const report = await models.convertWeights(entry, join(folder, 'efficientnet_lite0'), { dtype: 'uint8' });
    expect(report.tensors).to.equal(296);
    const other = { ...weights.defaultEntry('alexnet')!, files: { 'model.json': 'file:///nowhere/model.json' } };
    expect((await rejection(models.convertWeights(other, join(folder, 'other')))).message).to.include(
      'file:///nowhere/model.json: expected a file of this package, got ENOENT',
    );
  });

  it('are named by a URL without a query', () => {
    for (const url of ['', '/models?v=1', 3 as never, null as never]) {
      expect(() => weights.setBaseUrl(url)).to.throw(
        `setBaseUrl: expected a URL such as '/models/', got ${JSON.stringify(url)}. Name the folder that holds the models' folders.`,
      );
    }
  });
});
