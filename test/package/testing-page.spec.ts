import { execFile } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { createTestModel as createLegacyTestModel } from '@xstate/test';
import { beforeAll, describe, expect, it } from 'vitest';
import { createTestModel } from 'xstate/graph';
import { authMachine } from '../../machines/auth.machine.ts';
import { createAuthTestModel } from '../../src/testing/index.ts';
import { root } from './examples.ts';
import { writeTestingPage } from './testing-page.ts';

const paths = createAuthTestModel().getShortestPaths({ for: 'screen' });

interface Result {
  readonly name: string;
  readonly message: string;
  readonly assertionResults: readonly { readonly title: string; readonly status: string }[];
}

const project = resolve(root, '.cache/testing-page/vitest');
const read = (file: string) => readFileSync(resolve(root, file), 'utf8');

/** Saves the Vitest test of docs/testing.md in a folder of its own, with the screen of a page. */
function save(name: string, page = 'README.md', changes: Record<string, readonly (readonly [string, string])[]> = {}) {
  const folder = writeTestingPage('vitest', page, `vitest/${name}`);
  for (const [file, replacements] of Object.entries(changes)) {
    const path = resolve(folder, file);
    const code = readFileSync(path, 'utf8');
    for (const [from] of replacements) expect(code).toContain(from);
    writeFileSync(
      path,
      replacements.reduce((text, [from, to]) => text.replace(from, to), code),
    );
  }
}

/** The README's screen with `createBrowserAuth`, as the README and docs/testing.md say. */
function browserAuthChanges() {
  const [, follow = ''] = /follow it by `([^`]+)`/.exec(read('README.md')) ?? [];
  const [, calls = ''] = /have `close` also call (.+?clear\(\)`)\./s.exec(read('docs/testing.md')) ?? [];
  return {
    'login.tsx': [
      ['useMachine', 'useSelector'],
      ['createAuthMachine, secret', 'secret'],
      ['import { useState }', "import { createBrowserAuth } from 'etna-auth/browser';\nimport { useState }"],
      ['const machine = createAuthMachine', 'export const auth = createBrowserAuth'],
      ['const [snapshot, send] = useMachine(machine);', follow],
    ],
    'login.spec.tsx': [
      ['{ Login }', '{ auth, Login }'],
      ['root.unmount();', ['root.unmount()', ...calls.matchAll(/(?<=`)[^`,]+\(\)(?=`)/g)].join(';')],
    ],
  } as const;
}

describe('the Vitest test of docs/testing.md', () => {
  let results: readonly Result[];
  // In a run of their own, as readers run it, and each in a worker: React keeps hold of the page in which it was loaded first.
  beforeAll(async () => {
    rmSync(project, { recursive: true, force: true });
    save('README.md');
    save('frameworks.md', 'docs/frameworks.md');
    save('browser', 'README.md', browserAuthChanges());
    save('silent', 'README.md', { 'login.tsx': [['{explainProblem(challenge)}', '']] });
    await promisify(execFile)('vitest', ['run', '--reporter', 'json', '--outputFile', 'report.json'], {
      cwd: project,
      env: { ...process.env, NODE_ENV: 'test' },
    }).catch(() => {});
    results = JSON.parse(readFileSync(resolve(project, 'report.json'), 'utf8')).testResults;
  }, 120_000);

  /** The titles of the tests that failed with a screen. */
  function failuresOf(folder: string): string[] {
    const result = results.find(({ name }) => name.includes(`/vitest/${folder}/`));
    expect(result?.message).toBe('');
    const tests = result?.assertionResults ?? [];
    expect(tests.filter(({ status }) => status === 'passed' || status === 'failed')).toHaveLength(paths.length);
    return tests.filter(({ status }) => status === 'failed').map(({ title }) => title);
  }

  it.each([
    ['README.md', 'README.md'],
    ['docs/frameworks.md', 'frameworks.md'],
    ['the README with `createBrowserAuth`, changed as both pages say', 'browser'],
  ])('walks all paths on the screen of %s', (_, folder) => {
    expect(failuresOf(folder)).toEqual([]);
  });

  it('fails on a screen that does not say why a code is requested again', () => {
    const repeated = paths.filter(({ turns }) => turns.some(({ state }) => state.problem));
    expect(failuresOf('silent')).toEqual(repeated.map(({ description }) => description));
  });
});

it('docs/testing.md says how many paths there are for a screen', () => {
  const [, count] = /the (\d+) paths that a person at a screen can walk/.exec(read('docs/testing.md')) ?? [];
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
