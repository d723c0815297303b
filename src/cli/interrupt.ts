let running: AbortController | undefined;

/** Runs what must clear something away when the user presses Ctrl-C; the program then ends as it does at other times. */
export async function interruptible<T>(run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  running = controller;
  try {
    return await run(controller.signal);
  } catch (error) {
    if (controller.signal.aborted) process.exit(130);
    throw error;
  } finally {
    running = undefined;
  }
}

/** What Ctrl-C does. The second time there is no waiting. */
export function interrupt(): void {
  // The prompt should not follow a progress bar.
  if (process.stderr.isTTY) process.stderr.write('\n');
  if (!running) process.exit(130);
  running.abort();
  running = undefined;
}
