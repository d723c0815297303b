/** Lets the browser draw; a hidden tab draws nothing, and goes on after a moment. */
export function nextFrame(): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, 100);
    const frame = requestAnimationFrame(() => setTimeout(done)); // behind the drawing, not before it
    function done(): void {
      clearTimeout(timer);
      cancelAnimationFrame(frame);
      resolve();
    }
  });
}
