import { expect, it } from 'vitest';
import { failureOf } from '../../src/cli/failure.ts';

it.each([
  [new TypeError('hunter2'), 'TypeError'],
  ['hunter2', 'string'],
])('tells of what nobody foresaw its kind alone', (error, kind) => {
  expect(failureOf(error)).toMatchObject({ code: 'unexpected', detail: kind });
});
