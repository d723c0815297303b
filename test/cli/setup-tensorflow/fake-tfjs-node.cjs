// Stands for tfjs-node in a test: what counts for its native part is a text, the version of TensorFlow.
const { existsSync, readFileSync } = require('node:fs');
const { join } = require('node:path');
const { version } = require('./package.json');

const binding = join(__dirname, 'lib/napi-v8/tfjs_binding.node');
if (!existsSync(binding)) throw new Error(`The native addon module can not be found at ${binding}. \nRebuild it.`);
exports.version = { 'tfjs-node': version };
exports.backend = () => ({
  binding: { TF_Version: readFileSync(binding, 'utf8') },
  isUsingGpuDevice: Boolean(process.env.FAKE_GPU),
});
exports.add = (a, b) => ({ data: async () => [process.env.FAKE_SUM ? Number(process.env.FAKE_SUM) : a + b] });
