import { describe, expect, it } from 'vitest';
import { createAuthTestModel, runPath, startEmulator } from '../../src/testing/index.ts';
import { isForTerminal, openCommand } from './terminal-executor.ts';

const paths = createAuthTestModel().getShortestPaths().filter(isForTerminal);

describe.concurrent(`the login command in a terminal, by ${paths.length} generated paths`, () => {
  it.each(paths.map((path) => [path.description, path] as const))('%s', async (_, path) => {
    await using emulator = await startEmulator();
    await using command = openCommand(path, emulator);
    await runPath(path, command);
  });

  it('there are enough of them', () => expect(paths.length).toBeGreaterThan(35));
});
