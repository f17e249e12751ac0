import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { compare, inTurn, median, type Result } from './result.ts';

const rounds = 15;
const root = resolve(import.meta.dirname, '../..');

/** The time of programs that only import an entry. */
export async function measureImports(): Promise<Result[]> {
  const importing = (name: string) => () => {
    const start = performance.now();
    const code = name === 'nothing' ? '0' : `import '${name}'`;
    const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', code], {
      cwd: root,
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(stderr);
    return performance.now() - start;
  };
  const names = ['etna-auth', 'etna-auth/node', 'etna-auth/browser', 'etna-auth/session', 'xstate'];
  const sides = Object.fromEntries(['nothing', ...names].map((name) => [name, importing(name)]));
  const { nothing = [], ...times } = await inTurn(sides, rounds);
  return Object.entries(times).map(([name, values]) => ({
    group: 'Imports',
    name: `import '${name}'`,
    unit: 'ms' as const,
    value: median(values),
    reference: compare('an empty program', values, nothing),
  }));
}
