import { ZooError } from '../../core/index.js';

const who = 'backends.use: ';

/** The fastest adapter, and what it is. @throws ZooError where there is none */
export async function requestAdapter(gpu: GPU): Promise<GPUAdapter> {
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter) return adapter;
  throw new ZooError(
    `${who}expected an adapter for WebGPU, got none. Linux needs a driver of Vulkan's for its GPU; or choose wasm.`,
  );
}

/** As long as nobody asks for webgpu, a GPU that the processor imitates is not it: wasm is faster. @throws ZooError */
export function expectHardware({ info }: GPUAdapter): void {
  if (info.isFallbackAdapter) {
    throw new ZooError(`${who}expected a hardware adapter, got ${adapterName(info)}. Ask for webgpu to have it.`);
  }
}

/** 'nvidia ampere, NVIDIA 535.104.05 (hardware)'. */
export function adapterName({ vendor, architecture, description, isFallbackAdapter }: GPUAdapterInfo): string {
  const family = [vendor, architecture].filter(Boolean).join(' ');
  const name = [family, description].filter(Boolean).join(', ') || 'an unnamed adapter';
  return `${name} (${isFallbackAdapter ? 'software' : 'hardware'})`;
}
