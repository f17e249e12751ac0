import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright';
import { build } from 'tsdown';
import type { BrowserAuth, BrowserAuthOptions } from '../../src/browser/index.ts';
import { type RunningEmulator, startEmulator } from '../../src/testing/index.ts';
import { chromiumArguments, chromium as executablePath } from './chromium.ts';
import { isMeasured, measure, sourceAt } from './page-coverage.ts';

declare global {
  interface Window {
    /** What the page of these tests has for a user. */
    auth: BrowserAuth;
    told: string[];
    /** The states that the login has been in since it was started. */
    states: string[];
    start(options: PageOptions): void;
  }
}

const root = resolve(import.meta.dirname, '../..');
// One for each worker: a build empties its folder first, from which another one may be serving its page.
const outDir = resolve(root, '.cache/browser-page', process.env.VITEST_POOL_ID ?? 'alone');

/** Options that can be handed to a page. */
type PageOptions = Omit<Partial<BrowserAuthOptions>, 'fetch' | 'inspect' | `on${string}`>;

/** A page with nothing but a login, its emulator on another origin, and a browser to open it in. */
export interface Site extends AsyncDisposable {
  readonly emulator: RunningEmulator;
  readonly url: string;
  /** A user's browser, with tabs that share what tabs of an origin share. `apart` from that of other tests, it starts slowly. */
  openProfile(options?: { readonly apart: boolean }): Promise<Profile>;
}

export type Profile = BrowserContext & AsyncDisposable;

const packages = ['xstate', 'ky', 'valibot'];
const importMap = { imports: Object.fromEntries(packages.map((name) => [name, `/${name}.js`])) };
/** What starts the login in a page of the site. A bundle loads faster, but files as they are can be measured. */
export const contents = isMeasured
  ? `<script type="importmap">${JSON.stringify(importMap)}</script><script type="module" src="/test/browser/page.ts"></script>`
  : '<script type="module" src="/page.js"></script>';

export async function openSite(): Promise<Site> {
  await build({
    config: false,
    cwd: root,
    entry: isMeasured ? Object.fromEntries(packages.map((name) => [name, name])) : { page: 'test/browser/page.ts' },
    outDir,
    platform: 'browser',
    fixedExtension: false,
    dts: false,
    logLevel: 'silent',
    deps: { alwaysBundle: [/./] },
  });
  const server = createServer(async ({ url = '' }, response) => {
    const isScript = /\.[jt]s$/.test(url);
    response.setHeader('Content-Type', isScript ? 'text/javascript' : 'text/html');
    // A sandboxed frame is of no origin.
    response.setHeader('Access-Control-Allow-Origin', '*');
    if (!isScript) response.end(`<!doctype html><title>A login</title>${contents}`);
    else response.end(url.endsWith('.ts') ? await sourceAt(url) : await readFile(join(outDir, url)));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const emulator = await startEmulator({ loginsPerMinute: false });
  // One process for all tabs, which start faster so, but are not told apart by what measures them.
  const args = [...chromiumArguments, ...(isMeasured ? [] : ['--process-per-site'])];
  const browser = await chromium.launch({ executablePath, args });
  const shared = await browser.newContext();
  // Keeps the process alive from one test to the next.
  const anchor = await shared.newPage();
  await anchor.goto(url);
  return {
    emulator,
    url,
    async openProfile({ apart } = { apart: false }) {
      if (apart) {
        const context = await browser.newContext();
        const close = async () => {
          for (const page of context.pages()) await page.close();
          await context.close();
        };
        return Object.assign(context, { [Symbol.asyncDispose]: close });
      }
      const closeTabs = async () => {
        for (const page of shared.pages()) if (page !== anchor) await page.close();
      };
      return Object.assign(shared, { [Symbol.asyncDispose]: closeTabs });
    },
    async [Symbol.asyncDispose]() {
      await browser.close();
      server.closeAllConnections();
      server.close();
      await emulator.close();
    },
  };
}

/** Opens a tab with a login in it. */
export async function openTab(profile: BrowserContext, site: Site, options: PageOptions = {}): Promise<Page> {
  const page = await profile.newPage();
  await measure(page);
  await page.goto(site.url);
  await start(page, site, options);
  return page;
}

/** Loads the page of a tab again. */
export async function reload(page: Page, site: Site, options: PageOptions = {}): Promise<void> {
  await page.reload();
  await start(page, site, options);
}

async function start(page: Page, { emulator }: Site, options: PageOptions): Promise<void> {
  await page.waitForFunction('window.start !== undefined');
  await page.evaluate((given) => window.start(given), {
    baseUrl: emulator.baseUrl,
    appKey: emulator.appKey,
    ...options,
  });
}
