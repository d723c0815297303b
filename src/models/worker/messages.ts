import type { WeightsEntry } from '../../../weights/index.js';
import type { BackendInfo, BackendName, BackendOptions } from '../../backends/index.js';
import * as core from '../../core/index.js';
import type { ImageSource } from '../../transforms/index.js';
import type { Prediction } from '../classifier.js';
import type { WeightsReport } from '../fresh-head.js';
import type { LoadProgress } from '../load-weights.js';

// What a page and a worker tell each other. Everything can be cloned.

/** What a classifier is made of, without the functions. */
export interface Creation extends BackendOptions {
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly backend: BackendName | 'auto';
}

/** And what the page knows of weights. */
export interface Order extends Creation {
  /** Published weights that the page has registered. */
  readonly entries: readonly WeightsEntry[];
  readonly baseUrl: string | undefined;
}

/** What a page asks for, by name, and what it gets. */
export interface Calls {
  create: (order: Order) => { backend: BackendInfo; categories: readonly string[] | undefined };
  warmup: () => undefined;
  classify: (images: readonly ImageSource[], top: number) => Prediction[][];
  features: (images: readonly ImageSource[]) => { values: Float32Array; shape: number[] };
}

export type CallName = keyof Calls;

export interface Request<Name extends CallName = CallName> {
  readonly id: number;
  readonly call: Name;
  readonly args: Parameters<Calls[Name]>;
}

/** How a request ends. */
export type Outcome = { readonly result: ReturnType<Calls[CallName]> } | { readonly error: SentError };

/** What comes of a request: news on the way, or its end. */
export type Reply = { readonly id: number } & (
  | { readonly progress: LoadProgress }
  | { readonly report: WeightsReport }
  | Outcome
);

/** An error as data: cloning would leave it without its class and fields. */
export interface SentError {
  readonly name: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export function sendError(error: unknown): SentError {
  const { name, message, cause: _, ...fields } = error as Error;
  return { name, message, fields };
}

/** An error of this package again where it was one. */
export function receiveError({ name, message, fields }: SentError): Error {
  const known: Record<string, unknown> = core;
  const itsClass = name.endsWith('Error') && Object.hasOwn(known, name) ? (known[name] as typeof core.ZooError) : Error;
  return Object.setPrototypeOf(Object.assign(new Error(message), { ...fields, name }), itsClass.prototype);
}
