/** A name that a pickle imports (`torch.FloatStorage`). Only ever a name: nothing is looked up, loaded or run. */
export class PickleGlobal {
  /** Module and name joined by a dot. */
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }
}

/**
 * An instance of a Python class that this reader does not know: its class name and its parts, inert.
 *
 * An `argparse.Namespace`, a configuration object or a numpy scalar arrives as one of these, so it does not stop a load.
 */
export class PickleObject {
  readonly className: string;
  readonly args: readonly unknown[];
  /** What the object's `__setstate__` would have been given: for most classes, its attributes. */
  state: unknown = undefined;
  /** Entries of an unknown subclass of dict. */
  items: Map<unknown, unknown> | undefined = undefined;
  /** Elements of an unknown subclass of list. */
  list: unknown[] | undefined = undefined;

  constructor(className: string, args: readonly unknown[] = []) {
    this.className = className;
    this.args = args;
  }
}

/** Something of the file in an error message: on one line, and never longer than a line. */
export function quote(text: string): string {
  const short = text.length > 120 ? `${text.slice(0, 120)}…` : text;
  return /^[\w.$<>-]+…?$/.test(short) ? short : JSON.stringify(short);
}

/** What kind of value a pickle gave, for error messages: never its content, which may be deep or huge. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return 'None';
  if (Array.isArray(value)) return `a list or tuple of ${value.length}`;
  if (value instanceof Map) return `a dict of ${value.size}`;
  if (value instanceof Set) return `a set of ${value.size}`;
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (value instanceof PickleGlobal) return `the global ${quote(value.path)}`;
  if (value instanceof PickleObject) return `an object of ${quote(value.className)}`;
  if (typeof value === 'string') return `the string ${quote(value)}`;
  if (typeof value === 'object') return 'a tensor or storage';
  return `${typeof value} ${quote(String(value))}`;
}
