import { ZooError } from '../../core/index.js';
import { isSoftware } from '../software.js';

const who = 'backends.use: ';

/** The fastest adapter, and what it is. @throws ZooError where there is none */
export async function requestAdapter(gpu: GPU): Promise<GPUAdapter> {
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter) return adapter;
  throw new ZooError(
    `${who}expected an adapter for WebGPU, got none. Linux needs a driver of Vulkan's for its GPU; or choose wasm.`,
  );
}

/** In bytes: AlexNet's, [9216, 4096]. */
const LARGEST_WEIGHT = 9216 * 4096 * 4;

/**
 * As long as nobody asks for webgpu, a GPU that the processor imitates is not it, for wasm is faster; nor is one whose shaders take
 * no large weights.
 * @throws ZooError
 */
export function expectSound({ info, limits }: GPUAdapter): void {
  const name = adapterName(info);
  if (name.endsWith(SOFTWARE))
    throw new ZooError(`${who}expected a hardware adapter, got ${name}. Ask for webgpu to have it.`);
  const room = Math.min(limits.maxStorageBufferBindingSize, limits.maxBufferSize);
  if (room < LARGEST_WEIGHT) {
    const [expected, got] = [LARGEST_WEIGHT, room].map((bytes) => `${bytes / 2 ** 20} MiB`);
    throw new ZooError(
      `${who}expected an adapter for tensors of ${expected}, got ${name}, for ${got}. Ask for webgpu to have it.`,
    );
  }
}

const SOFTWARE = ' (software)';

/** 'nvidia ampere, NVIDIA 535.104.05 (hardware)'. */
export function adapterName(info?: GPUAdapterInfo): string {
  // Older browsers tell nothing.
  const { vendor, architecture, description, isFallbackAdapter } = info ?? ({} as Partial<GPUAdapterInfo>);
  const family = [vendor, architecture].filter(Boolean).join(' ');
  const name = [family, description].filter(Boolean).join(', ') || 'an unnamed adapter';
  return name + (isFallbackAdapter || isSoftware(name) ? SOFTWARE : ' (hardware)');
}
