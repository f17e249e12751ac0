import { expect, it } from 'vitest';
import type { AuthTestExecutor, ModelPath, ModelState } from '../../src/testing/index.ts';
import { runPath } from '../../src/testing/index.ts';

const path: ModelPath = {
  description: 'login (expecting code)',
  session: 'none',
  start: { state: 'idle' },
  turns: [
    {
      event: { type: 'login' },
      busy: { state: 'requestingToken' },
      outcome: { type: 'expecting', kind: 'code' },
      state: { state: 'awaitingCode', kind: 'code', attempt: 1, problem: null },
    },
  ],
};

/** A screen that shows these, one after the other, whatever is done with it. */
const screen = (...shown: ModelState[]): AuthTestExecutor => ({
  perform: () => {},
  settle: () => {},
  getState: () => shown.shift() ?? { state: 'idle' },
});

it('a screen that shows what the model expects passes, whatever it leaves out', async () => {
  const states: ModelState[] = [
    { state: 'idle' },
    { state: 'requestingToken' },
    { state: 'awaitingCode', kind: 'code' },
  ];
  await expect(runPath(path, screen(...states))).resolves.toBeUndefined();
});

it.each<[string, ModelState[], string]>([
  ['at the start', [{ state: 'failed' }], 'At the start: expected {"state":"idle"'],
  [
    'while it is busy',
    [{ state: 'idle' }, { state: 'idle' }],
    'Turn 1 (login), under way: expected {"state":"requestingToken"',
  ],
  [
    'at the end of a turn',
    [{ state: 'idle' }, { state: 'requestingToken' }, { state: 'awaitingCode', kind: 'pin' }],
    'Turn 1 (login): expected {"state":"awaitingCode","kind":"code"',
  ],
])('a screen that shows something else %s is told of, with the way there', async (_, states, message) => {
  const run = runPath(path, screen(...states));
  await expect(run).rejects.toThrow(message);
  await expect(run).rejects.toThrow('Path: login (expecting code)');
});
