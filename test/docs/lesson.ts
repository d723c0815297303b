import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Where the lessons are, and whence their pictures are. */
export const lessonFolder = 'docs/lessons';

/** What is printed between the output of one block and of the next. */
const separator = '\u001e\n';

const fence = /^```(\w+)([^\n]*)\n([\s\S]*?)^```$/gm;
const logWithComment = /(console\.log\(.*\); \/\/ )(.*)$/gm;

/** What running a lesson gave: the page with its output as it came out, and its pictures by name. */
export interface LessonRun {
  readonly page: string;
  readonly pictures: ReadonlyMap<string, Buffer>;
}

/** The pages that are lessons, as '1-building-blocks.md'. */
export function lessonNames(): string[] {
  return readdirSync(join(root, lessonFolder)).filter((name) => /^\d.*\.md$/.test(name));
}

export function readLesson(name: string): string {
  return readFileSync(join(root, lessonFolder, name), 'utf8');
}

/** The blocks of a page in one language, joined: a lesson is one program, from top to bottom. Those with a note, as no-run, are left out. */
export function programOf(page: string, language = 'ts', between = ''): string {
  return blocksOf(page)
    .filter((block) => block.language === language && block.note === '')
    .map(({ code }) => code + between)
    .join('\n');
}

/** What the comments behind the page's lines of `print` say that PyTorch prints. */
export function announcedByPython(page: string): string[] {
  return [...programOf(page, 'python').matchAll(/^print\(.*\) {2}# (.*)$/gm)].map(([, text]) => text!);
}

/** Runs a lesson in a process of its own, in a folder like a clone of this repository. */
export function runLesson(page: string): LessonRun {
  const folder = makeClone();
  try {
    const file = join(folder, 'lesson.ts');
    writeFileSync(file, programOf(page, 'ts', `console.log('\\u001e');\n`));
    const options = ['--conditions=tfjs-zoo-source', '--import=tsx', file];
    const { status, stdout, stderr } = spawnSync(process.execPath, options, { cwd: folder, encoding: 'utf8' });
    if (status !== 0) throw new Error(`The lesson's program failed:\n${stdout}${stderr}`);
    const made = join(folder, lessonFolder, 'images');
    const pictures = readdirSync(made).map((name) => [name, readFileSync(join(made, name))] as const);
    return { page: withOutput(page, stdout.split(separator)), pictures: new Map(pictures) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The pictures that a page shows, by name. */
export function picturesShown(page: string): string[] {
  return [...page.matchAll(/!\[[^\]]*\]\(images\/([^)]+)\)/g)].map(([, name]) => name!);
}

interface Block {
  readonly language: string;
  readonly note: string;
  readonly code: string;
}

function blocksOf(page: string): Block[] {
  return [...page.matchAll(fence)].map(([, language, note, code]) => ({
    language: language!,
    note: note!.trim(),
    code: code!,
  }));
}

/**
 * A page with what its blocks printed: in the `text` block that follows one, or in the comments behind its console.log calls.
 * @throws Error where a block printed something and has no place for it
 */
function withOutput(page: string, outputs: readonly string[]): string {
  const rest = [...outputs];
  let above: string | undefined; // what the block above printed
  return page.replace(fence, (block, language: string, note: string, code: string, offset: number) => {
    const printed = above;
    above = undefined;
    if (language === 'text') return printed === undefined ? block : `\`\`\`text\n${printed}\`\`\``;
    if (language !== 'ts' || note !== '') return block;
    const output = rest.shift() ?? '';
    const isShownBelow = /^\s*```text\n/.test(page.slice(offset + block.length));
    if (isShownBelow) above = output;
    return isShownBelow || output === '' ? block : `\`\`\`ts\n${withComments(code, output)}\`\`\``;
  });
}

function withComments(code: string, output: string): string {
  const lines = output.trimEnd().split('\n');
  const places = [...code.matchAll(logWithComment)].length;
  if (places !== lines.length) {
    throw new Error(
      `A block prints ${lines.length} lines and has ${places} comments behind console.log, and no block of text below:\n${code}\n${output}`,
    );
  }
  return code.replace(logWithComment, (_, call: string) => call + lines.shift());
}

/** The package installed, and what the lessons read: the photographs and the data. */
function makeClone(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tfjs-zoo-lesson-'));
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(root, join(folder, 'node_modules/tfjs-zoo'), 'dir');
  for (const name of ['@tensorflow', 'tsx']) {
    symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name), 'dir');
  }
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  symlinkSync(join(root, 'examples'), join(folder, 'examples'), 'dir');
  cpSync(join(root, lessonFolder, 'data'), join(folder, lessonFolder, 'data'), { recursive: true });
  mkdirSync(join(folder, lessonFolder, 'images'), { recursive: true });
  return folder;
}
