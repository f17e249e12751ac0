import { expect, it } from 'vitest';
import { failureOf } from '../../src/cli/report.ts';

it.each([
  [new TypeError('hunter2'), 'TypeError'],
  ['hunter2', 'string'],
])('reports only the kind of an unexpected error', (error, kind) => {
  expect(failureOf(error)).toMatchObject({ code: 'unexpected', detail: kind });
});
