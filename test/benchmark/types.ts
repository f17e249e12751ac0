import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { readExamples, root } from '../package/examples.ts';
import { compare, inTurn, median, type Result } from './result.ts';

const rounds = 8;

/** The time to type-check the README's login screen, compared with one on XState alone. */
export async function measureTypes(): Promise<Result[]> {
  const screen = readExamples().find(({ source, language }) => source === 'README.md' && language === 'tsx');
  const ours = project('ours', screen?.code ?? '');
  const bare = project('bare', readFileSync(new URL('./bare-screen.tsx', import.meta.url), 'utf8'));
  const times = await inTurn({ ours: () => check(ours), bare: () => check(bare) }, rounds);
  return [
    {
      group: 'Types',
      name: 'type check of the login screen in the README',
      unit: 'ms',
      value: median(times.ours),
      reference: compare('a screen on XState alone', times.ours, times.bare),
      goal: 1.15,
    },
  ];
}

/** A project with one screen. */
function project(name: string, code: string): string {
  const folder = resolve(root, '.cache/types', name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(resolve(folder, 'login.tsx'), code);
  const compilerOptions = {
    jsx: 'react-jsx',
    module: 'NodeNext',
    strict: true,
    skipLibCheck: true,
    noEmit: true,
    types: [],
  };
  writeFileSync(resolve(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['login.tsx'] }));
  return folder;
}

function check(folder: string): number {
  const start = performance.now();
  const { status, stdout } = spawnSync(resolve(root, 'node_modules/.bin/tsc'), ['-p', folder], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stdout);
  return performance.now() - start;
}
