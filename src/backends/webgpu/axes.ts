import type { WebgpuBackend } from './backend.js';

/**
 * Has shaders for five and six axes compile. WGSL's vectors have four components, so tfjs' coordinates are structs there, and some
 * shaders index them as if they were vectors.
 */
export function nameAxes({ device }: WebgpuBackend): void {
  const { createShaderModule: create } = device;
  device.createShaderModule = (descriptor) => {
    const code = descriptor.code.replace(/\bcoords\[([45])\]/g, (_, axis) => (axis === '4' ? 'coords.u' : 'coords.v'));
    return create.call(device, { ...descriptor, code });
  };
}
