import { execFile } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import axe from 'axe-core';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumArguments, chromium as executablePath } from '../browser/chromium.ts';
import { type ServedFolder, serveFolder } from '../browser/serve-folder.ts';
import { root } from './examples.ts';

/** Where the site is hosted in these tests: in a folder of some host. */
const base = '/etna-auth/docs/';
const folder = resolve(root, '.cache/site');

let pages: ReadonlyMap<string, string>;

beforeAll(async () => {
  const env = { ...process.env, NODE_ENV: 'production', SITE_BASE: 'etna-auth' };
  await promisify(execFile)('npm', ['run', 'build', '--workspace', 'docs/.vitepress', '--', '--outDir', folder], {
    cwd: root,
    env,
  });
  const files = globSync('**/*.html', { cwd: folder }).filter((file) => file !== '404.html');
  pages = new Map(files.map((file) => [file, readFileSync(resolve(folder, file), 'utf8')]));
}, 240_000);

describe('the site', () => {
  it('has a page for each page in docs, each entry of the package and each file that is linked to', () => {
    const written = globSync('docs/*.md', { cwd: root }).map((file) => file.slice('docs/'.length, -'.md'.length));
    expect([...pages.keys()]).toEqual(
      expect.arrayContaining([
        ...written.map((name) => `${name === 'README' ? 'index' : name}.html`),
        ...['etna-auth', 'node', 'browser', 'session', 'messages', 'inspect'].map((name) => `reference/${name}.html`),
        'reference/testing/index.html',
        'source/machines/auth.machine.ts.html',
      ]),
    );
  });

  it('has pages with a title and one heading at the top', () => {
    for (const [page, html] of pages) {
      expect(html.match(/<title>(.*?)<\/title>/)?.[1], page).toMatch(/^(\S.* \| )?etna-auth$/);
      expect(html.match(/<h1[ >]/g), page).toHaveLength(1);
    }
  });

  it('lists every page in the sidebar, except the overview and source files', () => {
    const [, sidebar = ''] = /<aside class="VPSidebar"([\s\S]*?)<\/aside>/.exec(pages.get('start.html') ?? '') ?? [];
    const listed = [...sidebar.matchAll(/href="([^"]+)"/g)].map(([, href = '']) => fileOf(href, 'start.html').file);
    const expected = [...pages.keys()].filter((page) => page !== 'index.html' && !page.startsWith('source/'));
    expect(listed.sort()).toEqual(expected.sort());
  });

  it('has no broken links', () => {
    for (const [page, html] of pages) {
      const links = [...html.matchAll(/<(?:a|img|link|script)\b[^>]*? (?:href|src)="([^"]+)"/g)];
      for (const [, link = ''] of links.filter(([, link]) => !/^(https?|data):/.test(link ?? ''))) {
        // The front page is not of this part.
        if (link === '/etna-auth/') continue;
        const { file, anchor } = fileOf(link, page);
        expect(existsSync(resolve(folder, file)), `${link} of ${page}`).toBe(true);
        if (anchor) expect(pages.get(file)?.includes(`id="${anchor}"`), `${link} of ${page}`).toBe(true);
      }
    }
  });
});

describe('the site in Chromium', () => {
  let browser: Browser;
  let server: ServedFolder;

  beforeAll(async () => {
    server = await serveFolder(folder, base);
    browser = await chromium.launch({ executablePath, args: chromiumArguments });
  });
  afterAll(async () => {
    await browser?.close();
    server?.[Symbol.dispose]();
  });

  const addressOf = (name: string) => `${server.url}${name}`;

  /** Opens a tab, and lists what its scripts complain of. */
  async function openTab(options: BrowserContextOptions): Promise<{ tab: Page; complaints: string[] }> {
    const tab = await browser.newPage(options);
    const complaints: string[] = [];
    tab.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    tab.on('pageerror', ({ message }) => complaints.push(message));
    return { tab, complaints };
  }

  it.each([
    ['light', 'reference/inspect.html'],
    ['dark', 'command.html'],
  ] as const)(
    'gives axe nothing to find, where readers want it %s',
    async (colorScheme, other) => {
      const { tab, complaints } = await openTab({ colorScheme, reducedMotion: 'reduce' });
      for (const name of ['start.html', other]) {
        await tab.goto(addressOf(name));
        await tab.evaluate(axe.source);
        const { violations } = await tab.evaluate<axe.AxeResults>('axe.run()');
        const found = violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html.slice(0, 200))]);
        expect(found, name).toEqual([]);
      }
      expect(complaints).toEqual([]);
    },
    180_000,
  );

  it('fits on a small phone', async () => {
    const { tab } = await openTab({ viewport: { width: 320, height: 640 } });
    for (const name of ['program.html', 'frameworks.html', 'command.html', 'reference/etna-auth.html']) {
      await tab.goto(addressOf(name));
      expect(await tab.evaluate(() => document.documentElement.scrollWidth), name).toBe(320);
    }
  });

  it('has a search that leads to the right place', async () => {
    const { tab } = await openTab({});
    await tab.goto(addressOf('start.html'));
    await tab.getByRole('button', { name: 'Search' }).click();
    await tab.getByRole('searchbox').fill('mailbox');
    await tab.getByRole('link', { name: 'Read a mailbox, or ask a person' }).click();
    await tab.waitForURL(/program\.html#read-a-mailbox-or-ask-a-person/);
  });
});

/** The file that a link of a page leads to, and the place in it. */
function fileOf(link: string, page: string): { file: string; anchor: string } {
  const { pathname, hash } = new URL(link, `http://site.test${base}${page}`);
  const path = decodeURIComponent(pathname).replace(base, '');
  const file = path === '' || path.endsWith('/') ? `${path}index.html` : path;
  return { file, anchor: decodeURIComponent(hash.slice(1)) };
}
