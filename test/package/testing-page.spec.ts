// @vitest-environment happy-dom
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { createTestModel as createLegacyTestModel } from '@xstate/test';
import { afterAll, describe, expect, it } from 'vitest';
import { createTestModel } from 'xstate/graph';
import { authMachine } from '../../machines/auth.machine.ts';
import { createAuthTestModel } from '../../src/testing/index.ts';
import { root } from './examples.ts';
import { writeTestingPage } from './testing-page.ts';

describe('the executor of docs/testing.md, on the screen of the README', async () => {
  const { fetch } = globalThis;
  afterAll(() => {
    globalThis.fetch = fetch;
  });
  const folder = writeTestingPage('vitest');
  await import(/* @vite-ignore */ resolve(folder, 'login.spec.tsx'));
});

it('docs/testing.md says how many paths there are for a screen', () => {
  const page = readFileSync(resolve(root, 'docs/testing.md'), 'utf8');
  const [, count] = /the (\d+) paths that a person at a screen can walk/.exec(page) ?? [];
  expect(Number(count)).toBe(createAuthTestModel().getShortestPaths({ for: 'screen' }).length);
});

describe('as the README says, a machine with services is refused', () => {
  it('by @xstate/test 1.0.0-beta.5', () => {
    expect(() => createLegacyTestModel(authMachine as never)).toThrow('Invocations on test machines are not supported');
  });
  it('by createTestModel of xstate/graph', () => {
    expect(() => createTestModel(authMachine)).toThrow('Invocations on test machines are not supported');
  });
});
