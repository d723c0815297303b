/** What is published of a file's size: its bytes, or MiB (1,048,576 bytes) rounded to 0.001, as torchvision lists them. */
export type PublishedSize = { readonly bytes: number } | { readonly mebibytes: number };

/** A file that the cache keeps: where it is, and how to know it. */
export interface PublishedFile {
  /** What it is called among those of its model: of weights what `pretrained` takes, such as torchvision's 'IMAGENET1K_V1'. */
  readonly name: string;
  /** The name that `createModel` takes, such as 'alexnet'; of data the set's. */
  readonly model: string;
  /** Whether it is data to learn from. */
  readonly isData?: true;
  /** An http, https or file URL. */
  readonly url: string;
  /** Other URLs of the same file, for when `url` fails. */
  readonly mirrors?: readonly string[];
  /** SHA-256 of the file in hex: its 64 digits, or as many of the first as are published, 8 at least. */
  readonly sha256: string;
  readonly size: PublishedSize;
}

/** How messages speak of a file. */
export interface Wording {
  readonly who: string;
  readonly what: string;
  readonly remedy: string;
}

export function wordingOf({ name, model, isData }: PublishedFile): Wording {
  if (isData) {
    return {
      who: model,
      what: `the file ${name}`,
      remedy: 'Name a folder that has it as root, or in Node a mirror in TFJS_ZOO_MIRROR.',
    };
  }
  return {
    who: 'pretrained',
    what: `the weights ${name} of ${model}`,
    remedy:
      'Name a mirror (--mirror, option mirror, or TFJS_ZOO_MIRROR), or pass a file of your own as weights (--weights FILE).',
  };
}
