import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'tsdown';
import { expect, it } from 'vitest';
import { createAuthTestModel } from '../../src/testing/index.ts';
import { chromiumArguments, chromium as executablePath } from '../browser/chromium.ts';
import { serveFolder } from '../browser/serve-folder.ts';
import { writeTestingPage } from './testing-page.ts';

it('the Playwright test of docs/testing.md walks all paths on the screen of the README', async () => {
  const folder = writeTestingPage('playwright');
  using site = await serveScreen(folder);
  const test = resolve(folder, 'login.spec.ts');
  // @playwright/test has nothing but what is here.
  const code = readFileSync(test, 'utf8').replace('@playwright/test', 'playwright/test');
  writeFileSync(test, code.replace('http://localhost:5173', site.url));
  const launchOptions = { executablePath, args: chromiumArguments };
  const config = { outputDir: 'results', fullyParallel: true, workers: 2, reporter: 'json', use: { launchOptions } };
  writeFileSync(resolve(folder, 'playwright.config.js'), `export default ${JSON.stringify(config)};`);

  const { stdout } = await promisify(execFile)('playwright', ['test', '--config', folder], { cwd: folder }).catch(
    (failure: { stdout: string }) => failure,
  );
  const { stats, errors } = JSON.parse(stdout);
  expect(errors).toEqual([]);
  const expected = createAuthTestModel().getShortestPaths({ for: 'screen' }).length;
  expect(stats).toMatchObject({ expected, unexpected: 0, flaky: 0, skipped: 0 });
}, 180_000);

/** Serves a page with nothing but the screen. */
async function serveScreen(folder: string) {
  const main = `/** @jsxImportSource react */
    import { createRoot } from 'react-dom/client';
    import { Login } from './login';
    createRoot(document.querySelector('main')).render(<Login />);`;
  writeFileSync(resolve(folder, 'main.tsx'), main);
  const outDir = resolve(folder, 'site');
  await build({
    config: false,
    cwd: folder,
    entry: { main: 'main.tsx' },
    outDir,
    platform: 'browser',
    fixedExtension: false,
    dts: false,
    logLevel: 'silent',
    define: { 'process.env.NODE_ENV': '"production"' },
    deps: { alwaysBundle: [/./] },
  });
  writeFileSync(
    resolve(outDir, 'index.html'),
    '<!doctype html><title>A login</title><main></main><script type="module" src="main.js"></script>',
  );
  return serveFolder(outDir, '/');
}
