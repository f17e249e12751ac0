import { expect, it } from 'vitest';
import { compare, inTurn, isMet, median, type Result } from './result.ts';

it('sides take turns, and the first round does not count', async () => {
  const calls: string[] = [];
  const side = (name: string) => () => calls.push(name);
  expect(await inTurn({ ours: side('ours'), theirs: side('theirs') }, 2)).toEqual({ ours: [3, 5], theirs: [4, 6] });
  expect(calls).toEqual(['ours', 'theirs', 'ours', 'theirs', 'ours', 'theirs']);
});

it('sides are compared round by round: a slow round of both changes nothing', () => {
  expect(compare('ky', [2, 200, 3, 6], [1, 100, 1, 2])).toEqual({
    name: 'ky',
    value: 2,
    ratio: 3,
    spread: { from: 2, to: 3 },
  });
});

it('a median is the value in the middle, whatever the order', () => {
  expect(median([9, 1, 5])).toBe(5);
});

it.each<[string, Partial<Result>, boolean | null]>([
  ['a time that is no longer', { value: 8, goal: 8 }, true],
  ['a time that is longer', { value: 9, goal: 8 }, false],
  [
    'a ratio, where there is one, rather than the value',
    { value: 9, goal: 1.3, reference: compare('', [5], [4]) },
    true,
  ],
  ['a rate that is as high', { unit: 'logins/s', value: 9, goal: 0.6, reference: compare('', [3], [5]) }, true],
  ['a rate that is lower', { unit: 'logins/s', value: 9, goal: 0.6, reference: compare('', [1], [5]) }, false],
  ['nothing, where there is no goal', { value: 1 }, null],
])('a goal is met by %s', (_, result, met) => {
  expect(isMet({ group: '', name: '', unit: 'ms', value: 0, ...result })).toBe(met);
});
