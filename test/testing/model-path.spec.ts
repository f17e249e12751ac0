import { expect, it } from 'vitest';
import type { AuthTestExecutor, ModelPath, ModelTurn, ScriptedAnswer, ShownState } from '../../src/testing/index.ts';
import { answerFor, holdAnswers, runPath } from '../../src/testing/index.ts';

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

/** A screen that shows these, one after the other, and the last of them for good. */
function screen(...shown: ShownState[]): AuthTestExecutor {
  let last: ShownState = { state: 'idle' };
  return {
    perform: () => {},
    settle: () => {},
    getState() {
      last = shown.shift() ?? last;
      return last;
    },
  };
}

const idle: ShownState = { state: 'idle' };
const busy: ShownState = { state: 'requestingToken' };

it.each<[string, ShownState[]]>([
  ['leaves fields out', [idle, busy, { state: 'awaitingCode', kind: 'code' }]],
  ['shows the same in both busy states', [idle, { state: 'busy' }, { state: 'awaitingCode' }]],
  ['is slow', [busy, busy, idle, idle, idle, busy, busy, { state: 'awaitingCode' }]],
])('a screen passes that %s', async (_, states) => {
  await expect(runPath(path, screen(...states))).resolves.toBeUndefined();
});

it.concurrent.each<[string, ShownState[], string]>([
  ['at the start', [{ state: 'failed' }], 'At the start: expected {"state":"idle"'],
  ['while a request is under way', [idle], 'Turn 1 (login), under way: expected {"state":"requestingToken"'],
  ['by staying busy', [idle, { state: 'busy' }], 'Turn 1 (login): expected {"state":"awaitingCode"'],
  [
    'at the end of a turn',
    [idle, busy, { state: 'awaitingCode', kind: 'pin' }],
    'Turn 1 (login): expected {"state":"awaitingCode","kind":"code"',
  ],
])('a screen that differs %s is reported, with the path', async (_, states, message) => {
  const run = runPath(path, screen(...states));
  await expect(run).rejects.toThrow(message);
  await expect(run).rejects.toThrow('Path: login (expecting code)');
});

it('an outcome without a request leaves the reply to the next request held', async () => {
  const waiting: ModelTurn = {
    event: { type: 'login' },
    busy: { state: 'requestingToken' },
    outcome: { type: 'waiting' },
    state: { state: 'awaitingTurn' },
  };
  const held: ScriptedAnswer[] = [];
  const turns = [waiting, ...path.turns];
  const settle = holdAnswers({ ...path, turns }, { answerNext: (...replies) => void held.push(...replies) });
  const code = { type: 'expecting', kind: 'code' } as const;
  settle({ type: 'waiting' });
  settle(code);
  const [reply] = held;
  expect(await (reply && 'later' in reply && reply.later)).toEqual(answerFor(code));
});
