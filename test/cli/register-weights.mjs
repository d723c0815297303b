// Registers an entry before the program starts: node --import ./test/cli/register-weights.mjs dist/src/cli/main.js …
import { registerWeights } from 'tfjs-zoo/weights';

registerWeights(JSON.parse(process.env.TFJS_ZOO_TEST_ENTRY));
