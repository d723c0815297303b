import * as tf from '@tensorflow/tfjs-core';
import { importOptional } from '../optional.js';
import { expectSound, requestAdapter } from './adapter.js';
import type { TfjsWebgpu } from './backend.js';
import { expectVulkan } from './vulkan-node.js';

// WebGPU in Node is Dawn, by the package 'webgpu'. tfjs would take the process for a page that has it; here it is handed a device.

/** The package. */
interface Dawn {
  create(options: readonly string[]): GPU;
  readonly globals: Record<string, unknown>;
}

const PRIORITY = 3; // tfjs' own

/** What tfjs names of a page's classes and constants. */
const globals = ['GPUBuffer', 'GPUTexture', 'GPUBufferUsage', 'GPUTextureUsage', 'GPUMapMode'];

/** For the life of the process: the devices would end with it. Here, unlike in `navigator`, it keeps no process alive. */
let gpu: GPU | undefined;

/**
 * Registers the backend 'webgpu', unless a program has done so.
 * @param isAsked whether an adapter in software will do
 * @throws ZooError if a package is missing, or there is no adapter
 */
export async function startWebgpu(isAsked: boolean): Promise<void> {
  if (!gpu && tf.findBackendFactory('webgpu')) return;
  const [dawn, tfjs] = (await importOptional('webgpu', '@tensorflow/tfjs-backend-webgpu')) as [Dawn, TfjsWebgpu];
  expectVulkan();
  gpu ??= dawn.create([]);
  const found = await requestAdapter(gpu);
  if (!isAsked) expectSound(found);
  if (tf.findBackendFactory('webgpu')) return;
  for (const name of globals) globalThis[name as 'GPUBuffer'] ??= dawn.globals[name] as typeof GPUBuffer;
  tf.registerBackend('webgpu', () => makeBackend(tfjs, gpu!), PRIORITY);
}

async function makeBackend({ WebGPUBackend }: TfjsWebgpu, gpu: GPU): Promise<tf.KernelBackend> {
  // Another adapter each time: one gives one device.
  const adapter = await requestAdapter(gpu);
  const device = await adapter.requestDevice(descriptorFor(adapter));
  return withNavigator(gpu, () => new WebGPUBackend(device, adapter.info));
}

/** As much as the adapter has of what tfjs asks for. */
function descriptorFor({ features, limits }: GPUAdapter): GPUDeviceDescriptor {
  return {
    requiredFeatures: features.has('timestamp-query') ? ['timestamp-query'] : [],
    requiredLimits: {
      maxComputeWorkgroupStorageSize: limits.maxComputeWorkgroupStorageSize,
      maxComputeWorkgroupsPerDimension: limits.maxComputeWorkgroupsPerDimension,
      maxStorageBufferBindingSize: limits.maxStorageBufferBindingSize,
      maxBufferSize: limits.maxBufferSize,
      maxComputeWorkgroupSizeX: limits.maxComputeWorkgroupSizeX,
      maxComputeInvocationsPerWorkgroup: limits.maxComputeInvocationsPerWorkgroup,
    },
  };
}

/** Runs what looks whether there is a `navigator.gpu`, and takes away again what Node does not have. */
function withNavigator<T>(gpu: GPU, run: () => T): T {
  if (globalThis.navigator?.gpu) return run();
  // Node has a navigator from version 21 on.
  const isThere = 'navigator' in globalThis;
  if (!isThere) Object.assign(globalThis, { navigator: {} });
  Object.defineProperty(globalThis.navigator, 'gpu', { value: gpu, configurable: true });
  try {
    return run();
  } finally {
    Reflect.deleteProperty(globalThis.navigator, 'gpu');
    if (!isThere) Reflect.deleteProperty(globalThis, 'navigator');
  }
}
