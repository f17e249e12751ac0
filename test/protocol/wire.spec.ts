import { expect, it } from 'vitest';
import { type FailureCode, failures } from '../../machines/failures.ts';
import type { AuthState } from '../../src/auth-state.ts';
import type { Auth } from '../../src/index.ts';
import { type Answer, answers, type RunningEmulator, startEmulator } from '../../src/testing/index.ts';
import { alice, authAt, challengeOf, loginMetBy, outcomeOf } from './sign-in.ts';
import { type WireRow, wire } from './wire.ts';

const cases = wire.flatMap((row) => row.statuses.map((status) => [row.means, status, row.reply, row] as const));

it.each(cases)('%s: %i with %s', async (means, status, _, { body, headers }) => {
  const answer = { status, ...(body !== undefined && { body }), ...(headers && { headers }) };
  const state = await loginMetBy(answer);
  expect(state.state === 'authenticated' ? state.state : outcomeOf(state).outcome).toBe(means);
});

const traitsOf = ({ means }: WireRow) => (Object.hasOwn(failures, means) ? failures[means as FailureCode] : null);

/** A step that nobody knows is made known by configuration; all else needs no more than the user. */
const challengeHeaders = { DeviceCheck: 'X-Device-Check' };

/** What a user does next, with the right password and, as soon as there is one, the right code. */
async function act(auth: Auth, emulator: RunningEmulator): Promise<AuthState> {
  const step = auth.getSnapshot();
  if (step.state === 'failed') return step.failure.retryable ? auth.retry() : auth.login(alice);
  const { kind } = challengeOf(step);
  if (kind !== 'new-password' && kind !== 'new-pin')
    return auth.submitCode(emulator.inbox('alice').at(-1)?.code ?? '1');
  // The emulator knows nothing of the account that the scripted reply told of.
  emulator.answerNext(answers.accountSetUp);
  return kind === 'new-pin'
    ? auth.submitCode('2468', { personalPhrase: 'purple heron' })
    : auth.submitCode('alice-demo');
}

it('the user can finish every login, unless an administrator has to act', async () => {
  const stuck: string[] = [];
  let acts = 0;
  for (const [means, status, reply, row] of cases) {
    if (traitsOf(row)?.responsible === 'administrator') continue;
    await using emulator = await startEmulator();
    emulator.answerNext({ status, body: row.body, headers: row.headers } as Answer);
    const options = means === 'unsupported-step' ? { challengeHeaders } : {};
    const auth = authAt(emulator.baseUrl, options);
    let step: AuthState = await auth.login(alice);
    for (let left = 6; step.state !== 'authenticated' && left > 0; left -= 1) {
      step = await act(auth, emulator);
      acts += 1;
    }
    if (step.state !== 'authenticated') stuck.push(`${means}: ${status} with ${reply} ends in ${step.state}`);
  }
  const administrators = cases.filter(([, , , row]) => traitsOf(row)?.responsible === 'administrator').length;
  console.log(
    `wire: ${cases.length} replies in ${wire.length} rows; ${administrators} are for an administrator, all others are finished by ${acts} acts`,
  );
  expect(stuck).toEqual([]);
}, 60_000);
