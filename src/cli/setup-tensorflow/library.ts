import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { unpack } from './archive.js';
import type { Target } from './target.js';
import type { Work } from './work.js';

/** The libraries, and those headers that the native part includes. */
const wanted = [
  'libtensorflow_',
  'include/tensorflow/c/',
  'include/tensorflow/core/platform/',
  'include/tsl/',
  'include/xla/tsl/c/',
];

/** Any Python downloads the wheels made for this one. All versions from 2.16 on have them. */
const pythonVersion = '3.12';

/** Fetches TensorFlow's library into a folder, under tensorflow/, and what CUDA needs beside it, under nvidia/, where it looks. */
export async function fetchLibrary(target: Target, folder: string, work: Work): Promise<void> {
  const { wheel, version, cuda } = target;
  const description = `tensorflow-${version}.dist-info/METADATA`;
  work.step(`downloading ${wheel} ${version} (some ${cuda ? 550 : 260} MiB)`);
  const [archive] = await download([`${wheel}==${version}`], target, work);
  await unpack(archive!, folder, work, [...wanted.map((prefix) => `tensorflow/${prefix}`), description]);
  if (!cuda) return;
  const requirements = cudaRequirements(await readFile(join(folder, description), 'utf8'));
  work.step(`downloading ${requirements.length} packages of NVIDIA's (some 3 GiB)`);
  for (const each of await download(requirements, target, work)) await unpack(each, folder, work, ['nvidia/']);
}

/** The packages that a wheel's description asks for as tensorflow[and-cuda]. */
export function cudaRequirements(metadata: string): string[] {
  return [...metadata.matchAll(/^Requires-Dist: ([^;\n]+); *extra == ['"]and-cuda['"]/gm)].map(([, name]) =>
    name!.trim(),
  );
}

async function download(requirements: readonly string[], { platforms }: Target, work: Work): Promise<string[]> {
  const folder = join(work.folder, 'wheels');
  const temporary = join(work.folder, 'pip');
  await rm(folder, { recursive: true, force: true });
  await mkdir(temporary, { recursive: true });
  await work.run(
    `pip to download ${requirements.join(', ')}`,
    [
      ...([work.python, '-m', 'pip', 'download', '--no-deps', '--disable-pip-version-check', '--no-input'] as const),
      ...['--only-binary=:all:', '--python-version', pythonVersion, '--dest', folder],
      ...platforms.flatMap((platform) => ['--platform', platform]),
      ...requirements,
    ],
    { env: { TMPDIR: temporary }, isShown: true },
  );
  return (await readdir(folder)).map((name) => join(folder, name));
}
