import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { install, programOf } from './install.ts';

interface PackageManager {
  readonly name: string;
  readonly version: string;
  readonly package: string;
  /** Installs what package.json asks for, and runs a program of Node's. */
  readonly install: (folder: string) => readonly string[];
  readonly run: (folder: string) => readonly string[];
}

const yarn = (folder: string) => [process.execPath, programOf(folder, '@yarnpkg/cli-dist/bin/yarn.js')];

export const packageManagers: readonly PackageManager[] = [
  {
    name: 'Yarn with Plug’n’Play',
    version: '4.18.1',
    package: '@yarnpkg/cli-dist',
    install: (folder) => [...yarn(folder), 'install'],
    run: (folder) => [...yarn(folder), 'node'],
  },
  {
    name: 'pnpm',
    version: '10.21.0',
    package: 'pnpm',
    install: (folder) => [process.execPath, programOf(folder, 'pnpm/bin/pnpm.cjs'), 'install'],
    run: () => [process.execPath],
  },
  {
    name: 'Bun',
    version: '1.4.5',
    package: 'bun',
    install: (folder) => [programOf(folder, '@oven/bun-linux-*[4x]/bin/bun'), 'install'],
    run: () => [process.execPath],
  },
];

/** Signs in, and asks for a keyring whose package is not there. */
const program = `
import { createAuth } from 'etna-auth';
import { createKeyringStore } from 'etna-auth/node';
import { createEmulator } from 'etna-auth/testing';
const { fetch, appKey } = createEmulator();
const auth = createAuth({ baseUrl: 'https://etna.example/api', appKey, fetch });
console.log((await auth.login({ username: 'bob', password: 'bob-demo' })).state);
await createKeyringStore().get('key').catch(({ message }) => console.log(message));
process.exit();
`;

const expected = 'authenticated\nThe package @napi-rs/keyring is not installed: npm install @napi-rs/keyring\n';

/** Has a package manager install the package, and runs a program with it. @returns What did not hold; `null` where all did. */
export async function tryPackageManager(
  manager: PackageManager,
  tarball: string,
  xstate: string,
): Promise<string | null> {
  const tools = install(`manager-${manager.package.replace('/', '-')}`, [`${manager.package}@${manager.version}`]);
  // Outside of this repository, whose packages are none of the app's.
  const folder = mkdtempSync(join(tmpdir(), 'etna-auth-'));
  cpSync(tarball, join(folder, basename(tarball)));
  const dependencies = { 'etna-auth': `file:./${basename(tarball)}`, xstate };
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module', dependencies }));
  // Without it, Yarn looks for a project above.
  writeFileSync(join(folder, 'yarn.lock'), '');
  writeFileSync(join(folder, 'program.js'), program);
  const { stdout: registry } = await promisify(execFile)('npm', ['config', 'get', 'registry']);
  const env = {
    ...process.env,
    CI: '',
    npm_config_registry: registry.trim(),
    YARN_NPM_REGISTRY_SERVER: registry.trim(),
    YARN_UNSAFE_HTTP_WHITELIST: '*',
    YARN_ENABLE_GLOBAL_CACHE: 'false',
    YARN_ENABLE_TELEMETRY: 'false',
  };
  const run = ([command = '', ...args]: readonly string[]) =>
    promisify(execFile)(command, args, { cwd: folder, env, timeout: 120_000 });
  try {
    await run(manager.install(tools));
    const { stdout } = await run([...manager.run(tools), 'program.js']);
    return stdout === expected ? null : stdout;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
