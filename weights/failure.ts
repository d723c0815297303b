/** Why an address gave no file. The reason is in words that fit between brackets. */
export class Failure extends Error {
  override name = 'Failure';
  /** Whether asking again may do better, from where this ended. */
  readonly again: boolean;
  /** Whether the whole file may do better than the rest of one that was begun before. */
  readonly startOver: boolean;
  /** Milliseconds that the server asked to wait. */
  readonly pause: number | undefined;

  constructor(
    reason: string,
    options: ErrorOptions & { again?: boolean; startOver?: boolean; pause?: number | undefined } = {},
  ) {
    super(reason, options);
    this.again = options.again ?? false;
    this.startOver = options.startOver ?? false;
    this.pause = options.pause;
  }
}
