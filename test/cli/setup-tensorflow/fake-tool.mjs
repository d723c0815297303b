// Stands for npm, python3 and g++ in a test, by whose name it is called: notes how it was called, and does as much as setup-tensorflow
// sees of it. FAKE_FAIL names calls that fail, FAKE_HANG some that never end, FAKE_OMIT has npm install nothing.
import { appendFileSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const tool = basename(process.argv[1]);
const words = process.argv.slice(2);
const { FAKE_LOG, FAKE_FAIL = '', FAKE_HANG = '', FAKE_OMIT, FAKE_TENSORFLOW = '2.21.0' } = process.env;
const wordAfter = (option) => words[words.indexOf(option) + 1];

const call = [tool, ...words.filter((word) => /^(pack|install|download|-c|-o)$/.test(word))].join(' ');
if (/^(npm pack|npm install|python3 download|python3 -c|g\+\+ -o)$/.test(call)) {
  appendFileSync(FAKE_LOG, `${JSON.stringify({ call, words })}\n`);
  if (FAKE_HANG === call) setInterval(() => {}, 1000);
  else if (FAKE_FAIL === call) fail();
  else work();
}

function fail() {
  console.error(`Some lines\n${tool} error: no more of it\nmore advice`);
  process.exitCode = 1;
}

function work() {
  if (call === 'python3 download') {
    const folder = wordAfter('--dest');
    mkdirSync(folder, { recursive: true });
    for (const name of words.filter((word) => /^(tensorflow|nvidia)/.test(word))) {
      writeFileSync(join(folder, `${name.replace(/[<>=].*/, '')}.whl`), '');
    }
  }
  if (call === 'python3 -c') unpack(words[2], words[3]);
  if (call === 'g++ -o') writeFileSync(wordAfter('-o'), FAKE_TENSORFLOW);
  if (call === 'npm pack') for (const name of words.slice(-2)) console.log(`${name.replace(/\W+/g, '-')}.tgz`);
  if (call === 'npm install' && !FAKE_OMIT) install(words.at(-1));
}

function unpack(archive, folder) {
  mkdirSync(join(folder, 'tensorflow'), { recursive: true });
  if (/tensorflow(-cpu)?\.whl$/.test(archive)) {
    const info = join(folder, `tensorflow-${FAKE_TENSORFLOW}.dist-info`);
    mkdirSync(info);
    const metadata = ['numpy>=1.26.0', 'nvidia-cublas-cu12<13.0,>=12.5; extra == "and-cuda"'];
    writeFileSync(join(info, 'METADATA'), metadata.map((line) => `Requires-Dist: ${line}\n`).join(''));
  } else {
    writeFileSync(join(folder, 'tensorflow', basename(archive)), '');
  }
}

/** A tfjs-node that tells the version its native part was written with. */
function install(spec) {
  const [, name, version] = /^(.+)@(.+)$/.exec(spec);
  const folder = join('node_modules', name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, version, main: 'index.cjs' }));
  copyFileSync(new URL('fake-tfjs-node.cjs', import.meta.url), join(folder, 'index.cjs'));
  if (!words.includes('--save-optional')) return;
  const project = JSON.parse(readFileSync('package.json', 'utf8'));
  writeFileSync('package.json', JSON.stringify({ ...project, optionalDependencies: { [name]: `^${version}` } }));
}
