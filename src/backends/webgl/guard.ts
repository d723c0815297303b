import { expectPresent, isLost, reportLost } from '../lost.js';
import type { WebglBackend } from './backend.js';

/**
 * Has a backend throw where its context is lost. tfjs would compute nothing, without a word, and wait for its GPU for ever.
 */
export function guard(backend: WebglBackend): void {
  const { gpgpu, read, readSync, runWebGLProgram: run } = backend;
  const { gl } = gpgpu;
  const lose = (event?: Event) => {
    const reason = (event as WebGLContextEvent | undefined)?.statusMessage || 'the WebGL context is gone';
    reportLost(backend, { backend: 'webgl', reason });
    // Whoever waits goes on, to be told below.
    for (const { resolveFn } of gpgpu.itemsToPoll.splice(0)) resolveFn();
  };
  gl.canvas.addEventListener('webglcontextlost', lose);
  /** The event comes later than the loss. */
  const expectContext = () => {
    if (gl.isContextLost()) lose();
    expectPresent(backend);
  };
  backend.runWebGLProgram = (...args) => {
    expectContext();
    return run.apply(backend, args);
  };
  backend.read = async (dataId) => {
    const data = backend.texData.get(dataId);
    if (data.values != null) return read.call(backend, dataId);
    expectContext();
    try {
      return await read.call(backend, dataId);
    } finally {
      // tfjs has kept what it read, which is nothing.
      if (gl.isContextLost() || isLost(backend)) data.values = null;
      expectContext();
    }
  };
  backend.readSync = (dataId) => {
    if (backend.texData.get(dataId).values == null) expectContext();
    return readSync.call(backend, dataId);
  };
}
