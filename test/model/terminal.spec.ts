import { describe, expect, it } from 'vitest';
import { createAuthTestModel, runPath, startEmulator } from '../../src/testing/index.ts';
import { covering } from './covering.ts';
import { isForTerminal, openCommand } from './terminal-executor.ts';

const paths = createAuthTestModel().getShortestPaths().filter(isForTerminal);
const telling = covering(paths, ({ turns }) =>
  turns.map(({ event, outcome, state: { state, kind } }) => [event, outcome, state, kind]),
);

describe.concurrent(`the login command in a terminal, by ${paths.length} generated paths`, () => {
  for (const path of paths) {
    it(path.description, { tags: telling.has(path) ? [] : ['exhaustive'] }, async () => {
      await using emulator = await startEmulator();
      await using command = openCommand(path, emulator);
      await runPath(path, command);
    });
  }

  it('there are enough of them', () => expect(paths.length).toBeGreaterThan(35));
});
