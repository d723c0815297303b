/** Temporary. */
export interface Scheduler {
  step(metric?: number): void;
  stateDict(): unknown;
  loadStateDict(state: never): void;
}
