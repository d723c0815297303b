import { expect } from 'chai';
import { needsSoftwareGpu } from '../../support/tools.js';
import { resultOf } from './support.js';

describe('webgpu, where the GPU does not go on (skipped without webgpu)', function () {
  this.timeout(60_000);
  before(needsSoftwareGpu);

  it('says what it refused, once, where tfjs would read zeros', async () => {
    const script = `
      await backends.use('webgpu');
      // A buffer larger than any that the adapter allows: 4 GiB.
      const huge = tf.fill([2 ** 30], 1);
      const failure = await failureOf(huge.data());
      huge.dispose();
      result = [failure, [...(await tf.add(tf.ones([2]), 1).data())]];`;
    const [failure, values] = (await resultOf(script)) as [string, number[]];
    expect(failure).to.match(
      /^ZooError: webgpu: expected the GPU to compute, got GPU\w+Error: .+\. What was computed lately is wrong: start again, with smaller batches if it was memory\.$/,
    );
    expect(failure).to.include('4294967296');
    expect(values).to.deep.equal([2, 2]);
  });

  it('says that the device is lost, of whatever is computed or read after that', async () => {
    const script = `
      const losses = [];
      backends.onLost((loss) => losses.push(loss));
      await backends.use('webgpu');
      const x = tf.relu(tf.ones([2000]));
      await x.data();
      const y = tf.relu(x);
      tf.backend().device.destroy();
      await tf.backend().device.lost;
      result = [await failureOf(y.data())];
      try {
        tf.relu(x);
      } catch (error) {
        result.push(error.name + ': ' + error.message);
      }
      await backends.use('cpu');
      result.push([...(await tf.add(1, 2).data())]);
      await backends.use('webgpu');
      result.push([...(await tf.add(tf.ones([2]), 1).data())], losses.map(({ backend }) => backend));`;
    const lost =
      /^ZooError: webgpu: expected the GPU to stay, got it lost: .+\. Its tensors are gone: call backends\.use\(\), and make the model again\.$/;
    const [reading, computing, ...others] = (await resultOf(script)) as [string, string, ...unknown[]];
    expect(reading).to.match(lost);
    expect(computing).to.match(lost);
    expect(others, 'on cpu, on another device, and what was told').to.deep.equal([[3], [2, 2], ['webgpu']]);
  });

  it('says that Node cannot wait for it', async () => {
    const script = `
      await backends.use('webgpu');
      const x = tf.relu(tf.ones([2000]));
      try {
        x.dataSync();
      } catch (error) {
        result = error.name + ': ' + error.message;
      }
      await x.data();
      x.dataSync();`;
    expect(await resultOf(script)).to.equal(
      'ZooError: webgpu: expected tensors to be read by await tensor.data(), and moved by backends.use(), got dataSync, ' +
        'or what calls it. Node cannot wait for a GPU.',
    );
  });
});
