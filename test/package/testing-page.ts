import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { readExamples, root } from './examples.ts';

/** Saves what readers of docs/testing.md copy, and the screen of a page, under the names that docs/testing.md gives them. */
export function writeTestingPage(tool: 'vitest' | 'playwright', page = 'README.md', name: string = tool): string {
  const folder = resolve(root, '.cache/testing-page', name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const blocksOf = (name: string) =>
    readExamples().filter(({ source, language }) => source === name && language !== 'sh');
  const [executor, vitest, playwright] = blocksOf('docs/testing.md');
  const screen = blocksOf(page).find(({ language }) => language === 'tsx');
  const save = (name: string, code = '') => writeFileSync(resolve(folder, name), code);
  save('login.tsx', `/** @jsxImportSource react */\n${screen?.code}`);
  save('login-executor.ts', executor?.code);
  if (tool === 'vitest') save('login.spec.tsx', `/** @jsxImportSource react */\n${vitest?.code}`);
  else save('login.spec.ts', playwright?.code);
  return folder;
}
