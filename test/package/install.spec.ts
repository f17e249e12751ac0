import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stagePackage } from '../../docs/release.ts';
import packageJson from '../../package.json' with { type: 'json' };

const root = resolve(import.meta.dirname, '../..');
const run = promisify(execFile);

const oldest = join(root, '.cache/node-22.12.0/node_modules/node/bin/node');

/** A program as a stranger would write it, that signs in by every entry of the package. */
const program = `
import { bearer, createAuth, secret } from 'etna-auth';
import { explain } from 'etna-auth/messages';
import { login, reveal } from 'etna-auth/node';
import { createEmulator, startEmulator } from 'etna-auth/testing';

const emulator = await startEmulator();
const account = { baseUrl: emulator.baseUrl, appKey: emulator.appKey, username: 'alice', password: secret('alice-demo') };
const session = await login({ ...account, getCode: async () => (await emulator.nextMessage('alice')).code });
const { fetch, appKey } = createEmulator();
const step = await createAuth({ baseUrl: 'https://etna.test/api', appKey, fetch }).login({ username: 'bob', password: 'wrong' });
console.log(process.versions.node.split('.')[0], session.username, bearer(session) === 'Bearer ' + reveal(session.token), explain(step.failure));
await emulator.close();
`;

describe('the packed package, installed elsewhere', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'etna-auth-'));
    stagePackage(join(root, '.cache/installed'));
    const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], {
      cwd: join(root, '.cache/installed'),
    });
    const [{ filename }] = JSON.parse(stdout);
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
    await writeFile(join(folder, 'program.js'), program);
    await run(
      'npm',
      ['install', '--prefer-offline', `./${filename}`, `xstate@${packageJson.peerDependencies.xstate}`],
      {
        cwd: folder,
      },
    );
    if (!existsSync(oldest)) {
      await run('npm', ['install', '--no-save', '--prefix', join(root, '.cache/node-22.12.0'), 'node@22.12.0'], {
        cwd: tmpdir(),
      });
    }
  }, 120_000);
  afterAll(() => rm(folder, { recursive: true }));

  it.each([
    ['22.12.0, the oldest that it claims', oldest, '22'],
    ['24', process.execPath, '24'],
  ])('signs in on Node %s', async (_, node, major) => {
    const { stdout } = await run(node, ['program.js'], { cwd: folder });
    expect(stdout).toBe(
      `${major} alice true The user name or the password is wrong. (Invalid credentials) Check both and sign in again.\n`,
    );
  });

  it('includes the command', async () => {
    const { stdout } = await run('npx', ['--no-install', 'etna-auth', '--version'], { cwd: folder });
    expect(stdout).toBe(`${packageJson.version}\n`);
  });

  it('has two dependencies, without dependencies of their own', async () => {
    const { stdout } = await run('npm', ['ls', '--all', '--json', '--omit=dev'], { cwd: folder });
    const { dependencies } = JSON.parse(stdout);
    expect(Object.keys(dependencies).sort()).toEqual(['etna-auth', 'xstate']);
    const installed = Object.entries<{ version?: string }>(dependencies['etna-auth'].dependencies).filter(
      ([, { version }]) => version,
    );
    expect(installed.map(([name]) => name).sort()).toEqual(['ky', 'valibot', 'xstate']);
  });

  it('has types for programs of ES2022 that check their libraries, and know nothing of Node', async () => {
    const entries = Object.keys(packageJson.exports).filter((entry) => !entry.endsWith('.json'));
    const imports = entries.map((entry, index) => `export * as n${index} from 'etna-auth${entry.slice(1)}';`);
    await writeFile(join(folder, 'types.ts'), imports.join('\n'));
    const compilerOptions = {
      target: 'es2022',
      lib: ['es2022', 'dom'],
      types: [],
      module: 'esnext',
      moduleResolution: 'bundler',
      strict: true,
      noEmit: true,
      skipLibCheck: false,
    };
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['types.ts'] }));
    const compiled = await run('tsc', ['-p', folder]).catch((error: { stdout: string }) => error);
    expect(compiled.stdout).toBe('');
  });

  it('gives phones an emulator that needs nothing of Node', async () => {
    const resolved = "console.log(import.meta.resolve('etna-auth/testing'))";
    const flags = ['--conditions=react-native', '--input-type=module', '--eval', resolved];
    const { stdout } = await run(process.execPath, flags, { cwd: folder });
    expect(stdout).toMatch(/\/dist\/testing-browser\.js\n$/);
  });
});
