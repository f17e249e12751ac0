import { execFile } from 'node:child_process';
import { expect, it } from 'vitest';
import { root } from './examples.ts';

it('passes `npm run check`: format, rules, types, and what is exported', async () => {
  const { exitCode, output } = await new Promise<{ exitCode: unknown; output: string }>((resolve) => {
    execFile('npm', ['run', 'check'], { cwd: root }, (error, stdout, stderr) =>
      resolve({ exitCode: error?.code ?? 0, output: stdout + stderr }),
    );
  });
  expect(exitCode, output).toBe(0);
}, 240_000);
