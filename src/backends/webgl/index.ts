import * as tf from '@tensorflow/tfjs-core';
import { ZooError } from '../../core/index.js';
import type { BackendDetails } from '../backend-info.js';
import { isSoftware } from '../software.js';
import type { WebglBackend } from './backend.js';

export { repairWebgl } from './repair.js';

/** @throws ZooError in a page without WebGL, of which tfjs would only warn */
export function expectWebgl(): void {
  if (!tf.findBackendFactory('webgl') || tf.env().getBool('HAS_WEBGL')) return;
  throw new ZooError(
    'backends.use: expected a page with WebGL, got no context. Switch on graphics acceleration in the browser, or choose wasm.',
  );
}

/** Why tfjs makes no backend of a page's context. */
export function webglFailure(): Error {
  return new Error('no textures of floats that can be rendered. Choose wasm.');
}

/** How the backend runs, once it does. */
export async function webglDetails(): Promise<BackendDetails> {
  return { version: tf.version_core, device: rendererName() };
}

/** As long as nobody asks for webgl, a GPU that the processor imitates is not it: wasm is faster. @throws ZooError */
export function expectHardwareWebgl(): void {
  const name = rendererName();
  if (!isSoftware(name)) return;
  throw new ZooError(`backends.use: expected a GPU, got ${name}. Ask for webgl to have it.`);
}

/** 'ANGLE (NVIDIA, NVIDIA GeForce RTX 3060 (0x2504) Direct3D11 vs_5_0 ps_5_0, D3D11)'. */
function rendererName(): string {
  const { gl } = (tf.backend() as WebglBackend).gpgpu;
  const names = gl.getExtension('WEBGL_debug_renderer_info');
  return String(gl.getParameter(names ? names.UNMASKED_RENDERER_WEBGL : gl.RENDERER));
}
