import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lessonFolder, lessonNames, programOf, readLesson, runLesson } from '../test/docs/lesson.js';

// Runs the lessons, and puts what they printed and drew into docs/lessons:
// npm run lessons                                # all of them
// npm run lessons 2 3                            # those whose names begin so
// npm run -s lessons program 2 > lesson.ts       # only writes a lesson's program, to try things in

const args = process.argv.slice(2);
const isProgram = args[0] === 'program';
const wanted = isProgram ? args.slice(1) : args;
const names = lessonNames().filter((name) => wanted.length === 0 || wanted.some((start) => name.startsWith(start)));
if (names.length === 0) throw new Error(`expected the beginning of a lesson's name, got ${wanted.join(' ')}`);
for (const name of names) {
  const page = readLesson(name);
  if (isProgram) {
    process.stdout.write(programOf(page));
    continue;
  }
  const start = performance.now();
  const run = runLesson(page);
  writeFileSync(join(lessonFolder, name), run.page);
  for (const [picture, bytes] of run.pictures) writeFileSync(join(lessonFolder, 'images', picture), bytes);
  console.log(`${name}: ${run.pictures.size} pictures, ${((performance.now() - start) / 1000).toFixed(0)} s`);
}
