import { expect, it } from 'vitest';
import { createMachine } from 'xstate';
import { authMachine } from '../../machines/auth.machine.ts';
import { visibleEvent, visibleSnapshot } from '../../src/inspect/visible.ts';
import { visibleConfig } from '../../src/inspect/visible-config.ts';

const nothing = { status: 'active', output: undefined, error: undefined };

it('of an actor without a snapshot, only that it exists', () => {
  expect(visibleSnapshot(undefined, null)).toEqual(nothing);
});

it('of a snapshot that is not from XState, nothing', () => {
  const odd = {
    status: 'canary',
    value: 'canary',
    context: 'canary',
    output: 'canary',
    error: 'canary',
    tags: ['canary'],
  };
  expect(visibleSnapshot(odd, authMachine)).toEqual({ ...nothing, value: undefined, context: {}, tags: [] });
  expect(visibleSnapshot({}, authMachine)).toEqual({ ...nothing, value: {}, context: {}, tags: [] });
});

it('of nested states, those of the machine', () => {
  const machine = createMachine({ initial: 'outer', states: { outer: { initial: 'inner', states: { inner: {} } } } });
  const value = { outer: 'inner', canary: 'inner' };
  expect(visibleSnapshot({ value }, machine)).toMatchObject({ value: { outer: 'inner' } });
});

it.each(['succeeded', 'expecting', 'restarting', 'waiting'])('of a reply, its type: %s', (type) => {
  const event = { type: 'done', output: { type, token: 'canary' } };
  expect(visibleEvent(event)).toEqual({ type: 'done', output: { type } });
});

it('of code, its name', () => {
  function guard() {}
  expect(visibleConfig({ guard, actions: [() => {}] })).toEqual({ guard: { type: 'guard' }, actions: [{ type: '' }] });
});
