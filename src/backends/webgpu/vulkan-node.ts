import { ZooError } from '../../core/index.js';

const library = 'libvulkan.so.1';

/** On Linux a GPU is reached by Vulkan. Dawn finds that out, too, and writes to stderr. @throws ZooError where it is missing */
export function expectVulkan(): void {
  if (process.platform !== 'linux') return;
  try {
    process.dlopen({ exports: {} }, library);
  } catch (error) {
    // That it is no part of Node, which it is not, shows that it is there.
    if (!(error as Error).message.includes('cannot open')) return;
    throw new ZooError(
      `backends.use: expected ${library} for webgpu, got no such library. ` +
        'Debian has it in libvulkan1, and drivers for most GPUs in mesa-vulkan-drivers.',
    );
  }
}
