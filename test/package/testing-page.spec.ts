import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { createTestModel as createLegacyTestModel } from '@xstate/test';
import { describe, expect, it } from 'vitest';
import { createTestModel } from 'xstate/graph';
import { authMachine } from '../../machines/auth.machine.ts';
import { createAuthTestModel } from '../../src/testing/index.ts';
import { root } from './examples.ts';
import { writeTestingPage } from './testing-page.ts';

const paths = createAuthTestModel().getShortestPaths({ for: 'screen' });

/** Runs the Vitest test of docs/testing.md on its own, as readers run it: React keeps hold of the page in which it was loaded first. */
async function runTestingPage(folder: string) {
  await promisify(execFile)('vitest', ['run', '--reporter', 'json', '--outputFile', 'report.json'], {
    cwd: folder,
    env: { ...process.env, NODE_ENV: 'test' },
  }).catch(() => {});
  const report = JSON.parse(readFileSync(resolve(folder, 'report.json'), 'utf8'));
  const { numPassedTests, numFailedTests, testResults } = report;
  expect(testResults.map(({ message }: { message: string }) => message)).toEqual(['']);
  expect(numPassedTests + numFailedTests).toBe(paths.length);
  return report;
}

describe('the Vitest test of docs/testing.md', () => {
  it.each(['README.md', 'docs/frameworks.md'])('walks all paths on the screen of %s', async (page) => {
    const { numFailedTests } = await runTestingPage(writeTestingPage('vitest', page));
    expect(numFailedTests).toBe(0);
  });

  it('walks all paths on the screen of the README with `createBrowserAuth`, changed as both pages say', async () => {
    const folder = writeTestingPage('vitest');
    const change = (name: string, changes: readonly (readonly [string, string])[]) => {
      const file = resolve(folder, name);
      const code = readFileSync(file, 'utf8');
      for (const [from] of changes) expect(code).toContain(from);
      writeFileSync(
        file,
        changes.reduce((text, [from, to]) => text.replace(from, to), code),
      );
    };
    const [, follow = ''] = /follow it by `([^`]+)`/.exec(readFileSync(resolve(root, 'README.md'), 'utf8')) ?? [];
    const page = readFileSync(resolve(root, 'docs/testing.md'), 'utf8');
    const [, calls = ''] = /have `close` also call (.+?clear\(\)`)\./s.exec(page) ?? [];
    change('login.tsx', [
      ['useMachine', 'useSelector'],
      ['createAuthMachine, secret', 'secret'],
      ['import { useState }', "import { createBrowserAuth } from 'etna-auth/browser';\nimport { useState }"],
      ['const machine = createAuthMachine', 'export const auth = createBrowserAuth'],
      ['const [snapshot, send] = useMachine(machine);', follow],
    ]);
    change('login.spec.tsx', [
      ['{ Login }', '{ auth, Login }'],
      ['root.unmount();', ['root.unmount()', ...calls.matchAll(/(?<=`)[^`,]+\(\)(?=`)/g)].join(';')],
    ]);
    const { numFailedTests } = await runTestingPage(folder);
    expect(numFailedTests).toBe(0);
  });

  it('fails on a screen that does not say why a code is requested again', async () => {
    const folder = writeTestingPage('vitest');
    const screen = resolve(folder, 'login.tsx');
    const code = readFileSync(screen, 'utf8');
    writeFileSync(screen, code.replace('{explainProblem(challenge)}', ''));
    const { testResults } = await runTestingPage(folder);
    const failed = testResults[0].assertionResults.filter(({ status }: { status: string }) => status === 'failed');
    const repeated = paths.filter(({ turns }) => turns.some(({ state }) => state.problem));
    expect(failed.map(({ title }: { title: string }) => title)).toEqual(repeated.map(({ description }) => description));
  });
});

it('docs/testing.md says how many paths there are for a screen', () => {
  const page = readFileSync(resolve(root, 'docs/testing.md'), 'utf8');
  const [, count] = /the (\d+) paths that a person at a screen can walk/.exec(page) ?? [];
  expect(Number(count)).toBe(paths.length);
});

describe('as docs/testing.md says, a machine with services is refused', () => {
  it('by @xstate/test 1.0.0-beta.5', () => {
    expect(() => createLegacyTestModel(authMachine as never)).toThrow('Invocations on test machines are not supported');
  });
  it('by createTestModel of xstate/graph', () => {
    expect(() => createTestModel(authMachine)).toThrow('Invocations on test machines are not supported');
  });
});
