import { execFile } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { writeTestingPage } from '../package/testing-page.ts';
import { install, programOf, root, sharePackages } from './install.ts';

/** What docs/testing.md has readers install, and what they have. */
const packages = ['jest@30.5.2', '@jest/globals@30.5.2', '@happy-dom/jest-environment@20.14.5', '@swc/jest@0.2.39'];
const others = ['@swc/core@1.16.22', '@xstate/react@6.1.0', 'react@19.3.1', 'react-dom@19.3.1'];

/** Runs the test of docs/testing.md in Jest, changed and configured as the page says. Returns how many paths it walked. */
export async function runJest(app: string): Promise<number> {
  const folder = install('jest', [...packages, ...others]);
  sharePackages(app, folder);
  const page = readFileSync(join(root, 'docs/testing.md'), 'utf8');
  const [, configuration = ''] = /```js\n([\s\S]*?)```/.exec(page) ?? [];
  writeFileSync(join(folder, 'jest.config.mjs'), configuration);
  cpSync(writeTestingPage('vitest'), folder, { recursive: true });
  const spec = join(folder, 'login.spec.tsx');
  const code = readFileSync(spec, 'utf8')
    .replace('// @vitest-environment happy-dom', '')
    .replace("{ afterEach, it, vi } from 'vitest'", "{ afterEach, it, jest } from '@jest/globals'")
    .replace('vi.resetModules()', 'jest.resetModules()');
  writeFileSync(spec, code);

  const program = programOf(folder, 'jest/bin/jest.js');
  const { stdout } = await promisify(execFile)(process.execPath, ['--experimental-vm-modules', program, '--json'], {
    cwd: folder,
  }).catch((error: { stdout: string }) => error);
  const { numPassedTests, numTotalTests } = JSON.parse(stdout);
  if (numPassedTests !== numTotalTests || numTotalTests === 0) throw new Error(`${numPassedTests} of ${numTotalTests}`);
  return numPassedTests;
}
