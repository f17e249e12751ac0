import { basename } from 'node:path';
import { expect, it } from 'vitest';
import { runCommand } from './command.ts';
import { openHome } from './signed-in.ts';

// Where coverage is measured, the command runs from its sources.
const isBundled = process.env.NODE_V8_COVERAGE === undefined;

it.runIf(isBundled).each([['token'], ['token', '--store', 'file'], ['status', '--json'], ['login']])(
  'with a stored session, a command loads a single file: %s %s',
  async (...args) => {
    await using home = await openHome();
    await home.signIn();
    const { exitCode, stderr } = await runCommand(args, { ...home.variables, NODE_DEBUG: 'module' });
    expect(exitCode).toBe(0);
    expect([...stderr.matchAll(/ load "(.+?)"/g)].map(([, file = '']) => basename(file))).toEqual(['cli.cjs']);
  },
);
