import { createRequire } from 'node:module';

// As the CommonJS that it is: an import would search megabytes of code for names to export, which takes longer than to run it.
createRequire(import.meta.url)('@tensorflow/tfjs');
