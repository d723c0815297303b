import * as tf from '@tensorflow/tfjs-core';
import type { BackendDetails, BackendInfo, BackendName } from './backend-info.js';
import { selfTest } from './self-test.js';
import { automatic, use } from './use.js';

/** Whether a backend works, or what keeps it from working. */
export interface BackendReport {
  readonly name: BackendName;
  readonly works: boolean;
  /** What it is for: what an app gains that has it. */
  readonly brings: string;
  /** How it runs, where it works. */
  readonly details?: BackendDetails;
  /** What went wrong and how to mend it, where it does not. */
  readonly problem?: string;
}

/** What there is to compute with. */
export interface Diagnosis {
  /** 'Node 20.20.2 on linux x64', or the browser's own description. */
  readonly runtime: string;
  readonly tfjs: string;
  /** Logical ones that may be used. */
  readonly cores: number;
  readonly processor?: string;
  /** In bytes. */
  readonly memory?: { readonly total: number; readonly free: number };
  readonly backends: readonly BackendReport[];
  /** What 'auto' takes. It is in use from here on. */
  readonly chosen: BackendInfo;
}

const brings: Record<BackendName, string> = {
  tensorflow: 'the widest vector instructions and all cores, or a CUDA GPU with @tensorflow/tfjs-node-gpu',
  webgpu: 'the GPU, by compute shaders',
  webgl: 'the GPU, in every browser',
  wasm: 'vector instructions and threads, with nothing to install',
  cpu: 'plain JavaScript, which runs everywhere',
};

/**
 * Tries every backend, and has each compute something.
 *
 * Ends with the backend that 'auto' takes in use. Tensors stay where they are.
 */
export async function diagnose(): Promise<Diagnosis> {
  const reports: BackendReport[] = [];
  for (const name of new Set<BackendName>([automatic[0]!, 'webgpu', ...automatic])) reports.push(await report(name));
  return { ...machine(), tfjs: tf.version_core, backends: reports, chosen: await use('auto') };
}

async function report(name: BackendName): Promise<BackendReport> {
  try {
    const { name: _, reason: __, ...details } = await use(name);
    await selfTest();
    return { name, works: true, brings: brings[name], details };
  } catch (error) {
    const problem = (error as Error).message.replace('backends.use: ', '');
    return { name, works: false, brings: brings[name], problem };
  }
}

function machine(): Pick<Diagnosis, 'runtime' | 'cores' | 'processor' | 'memory'> {
  if (!tf.env().get('IS_NODE')) return { runtime: navigator.userAgent, cores: navigator.hardwareConcurrency };
  const os = process.getBuiltinModule('node:os');
  return {
    runtime: `Node ${process.versions.node} on ${process.platform} ${process.arch}`,
    cores: os.availableParallelism(),
    processor: os.cpus()[0]?.model.trim() ?? 'unknown',
    memory: { total: os.totalmem(), free: os.freemem() },
  };
}
