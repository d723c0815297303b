import { ZooError } from '../src/core/index.js';
import { type PublishedFile, wordingOf } from './published-file.js';

/** The name that the file has on its server: 'alexnet-owt-7be5be79.pth'. */
export function fileNameOf({ url, model }: PublishedFile): string {
  return new URL(url).pathname.split('/').at(-1) || `${model}.pth`;
}

/**
 * The addresses to try, in this order: the mirror that the user named, the publisher's own, the entry's other mirrors; in a page the
 * publisher's own last, for mirrors are chosen to let pages read them.
 * @throws ZooError if the mirror is no URL
 */
export function planUrls(entry: PublishedFile, mirror?: string, { isPage = false } = {}): string[] {
  const others = entry.mirrors ?? [];
  const own = isPage ? [...others, entry.url] : [entry.url, ...others];
  return [...new Set(mirror ? [onMirror(entry, mirror), ...own] : own)];
}

/** An address as it may be shown and noted. */
export function withoutPassword(url: string): string {
  const shown = new URL(url);
  shown.password &&= '…';
  return shown.href;
}

function onMirror(entry: PublishedFile, mirror: string): string {
  const url = URL.canParse(mirror) ? new URL(mirror) : undefined;
  if (!url || !/^(https?|file):$/.test(url.protocol)) {
    throw new ZooError(
      `${wordingOf(entry).who}: expected the mirror (option mirror, or TFJS_ZOO_MIRROR) as an http, https or file URL, got '${mirror}'. ` +
        "Name the folder that holds the files, such as 'https://example.org/models'.",
    );
  }
  // Other sets of images have files of the same names.
  const folder = entry.isData ? `${entry.model}/` : '';
  url.pathname = `${url.pathname.replace(/\/$/, '')}/${folder}${fileNameOf(entry)}`;
  return url.href;
}
