import { answer, type Request } from './child.js';
import type { Answer } from './child-process.js';
import type { StartEngine } from './engines/engine.js';

// A child in a process of its own, whose engine is named on the command line.

const loadEngine = () => import(`./engines/${process.argv[2]}.js`) as Promise<{ start: StartEngine }>;

process.on('message', async (request: Request) => {
  let reply: Answer;
  try {
    reply = { value: await answer(request, loadEngine) };
  } catch (error) {
    reply = { error: (error as Error).message.split('\n')[0]! };
  }
  process.send!(reply);
});

// Threads of a runtime would keep it alive without its parent.
process.on('disconnect', () => process.exit());
