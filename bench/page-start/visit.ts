import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isolation, serve, softwareFlags } from '../../test/support/browser.js';
import { chromium } from '../../test/support/tools.js';
import type { PageReport } from './stages.js';

/** How long a page may take to report. */
const PATIENCE = 120_000;

/** A site whose pages send a report when they are done. */
export class ReportingSite {
  readonly #site: Awaited<ReturnType<typeof serve>>;
  readonly #receive: { report?: (text: string) => void };

  private constructor(site: Awaited<ReturnType<typeof serve>>, receive: { report?: (text: string) => void }) {
    this.#site = site;
    this.#receive = receive;
  }

  static async start(files: Record<string, string | Uint8Array>): Promise<ReportingSite> {
    const receive: { report?: (text: string) => void } = {};
    return new ReportingSite(await serve(files, isolation, (body) => receive.report?.(body)), receive);
  }

  /**
   * Opens a page as people do: in a browser with a new profile, whose caches are empty, and which nothing debugs. What a debugger is attached to
   * keeps copies of all that it fetches.
   * @throws Error with what went wrong in the page
   */
  async visit(path: string): Promise<PageReport> {
    const profile = mkdtempSync(join(tmpdir(), 'tfjs-zoo-bench-'));
    const flags = ['--headless=new', '--no-first-run', `--user-data-dir=${profile}`, ...softwareFlags];
    const browser = spawn(chromium!, [...flags, `${this.#site.url}${path}`], {
      stdio: 'ignore',
      detached: true, // a group of its own: a browser is several processes
    });
    try {
      const report = await new Promise<string>((resolve, reject) => {
        this.#receive.report = resolve;
        setTimeout(() => reject(new Error(`no report after ${PATIENCE / 1000} s`)), PATIENCE).unref();
      });
      const { error, ...value } = JSON.parse(report);
      if (error !== undefined) throw new Error(error);
      return value;
    } finally {
      process.kill(-browser.pid!, 'SIGKILL');
      await once(browser, 'exit');
      rmSync(profile, { recursive: true, maxRetries: 10, retryDelay: 100 });
    }
  }

  stop(): void {
    this.#site.close();
  }
}
