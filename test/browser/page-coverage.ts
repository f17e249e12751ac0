import { randomUUID } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright';

/** Where `npm run coverage` has Node write what was run. What pages run is written there as well. */
const directory = process.env.NODE_V8_COVERAGE;
export const isMeasured = directory !== undefined;

const root = resolve(import.meta.dirname, '../..');

/** A file as Node would run it: with blanks for types, so that all of it stays where it is. */
export const sourceAt = async (path: string) => stripTypeScriptTypes(await readFile(join(root, path), 'utf8'));

/** Writes down, when the test closes a page, which parts of these files it has run. */
export async function measure(page: Page): Promise<void> {
  if (directory === undefined) return;
  await page.coverage.startJSCoverage({ resetOnNavigation: false });
  const close = page.close.bind(page);
  page.close = async (options) => {
    const scripts = await page.coverage.stopJSCoverage();
    const result = scripts.flatMap((script) => {
      const { pathname } = new URL(script.url);
      return pathname.endsWith('.ts') ? { ...script, url: pathToFileURL(join(root, pathname)).href } : [];
    });
    await mkdir(directory, { recursive: true });
    await writeFile(join(directory, `page-${randomUUID()}.json`), JSON.stringify({ result }));
    await close(options);
  };
}
