import { expect, it } from 'vitest';
import { type FailureCode, failures } from '../../machines/failures.ts';
import { loginMetBy, outcomeOf } from './sign-in.ts';
import { type WireRow, wire } from './wire.ts';

const cases = wire.flatMap((row) => row.statuses.map((status) => [row.means, status, row.reply, row] as const));

it.each(cases)('%s: %i with %s', async (means, status, _, { body, headers }) => {
  const answer = { status, ...(body !== undefined && { body }), ...(headers && { headers }) };
  const state = await loginMetBy(answer);
  expect(state.state === 'authenticated' ? state.state : outcomeOf(state).outcome).toBe(means);
});

/** Whether a login that was met by this reply can be finished by its user, without leaving the product. */
const canBeFinished = ({ means }: WireRow) => {
  const traits = Object.hasOwn(failures, means) ? failures[means as FailureCode] : null;
  // A session, or a challenge that the user answers; or a failure after which the user, or time, can do something.
  return !traits || traits.responsible === 'user' || traits.responsible === 'nobody';
};

it('a reply that its user can do nothing about is the business of an administrator or a developer', () => {
  const stuck = wire.filter((row) => !canBeFinished(row));
  const names = new Set(stuck.map(({ means }) => failures[means as FailureCode].responsible));
  console.log(
    `wire: ${cases.length} replies in ${wire.length} rows; ${wire.length - stuck.length} can be finished by the user`,
  );
  expect([...names].sort()).toEqual(['administrator', 'developer']);
  // Without a token, the program cannot set what is lacking: the user goes to the broker.
  expect(wire.filter(({ means }) => means === 'password-expired' || means === 'pin-not-set')).toHaveLength(2);
});
