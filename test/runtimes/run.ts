// Runs one suite, over the package as it is published, on the runtimes that the registry has, and writes what came of it into
// docs/hosts.md. All is installed into `.cache/runtimes`, in the versions that stand in `hosts.ts`.
import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'tsdown';
import { stagePackage } from '../../docs/release.ts';
import { startEmulator } from '../../src/testing/index.ts';
import { bundle, bundlers } from './bundlers.ts';
import { hosts } from './hosts.ts';
import { cache, install, root } from './install.ts';
import { runJest } from './jest.ts';
import { checkNative } from './native.ts';
import { packageManagers, tryPackageManager } from './package-managers.ts';
import { compareTypes, compile, compilers } from './types.ts';

const app = join(cache, 'app');
rmSync(app, { recursive: true, force: true });
stagePackage(join(cache, 'package'));
execFileSync('npm', ['pack', '--pack-destination', cache], { cwd: join(cache, 'package'), stdio: 'ignore' });
const { version, peerDependencies, exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const tarball = join(cache, `etna-auth-${version}.tgz`);
install('app', [tarball, `xstate@${peerDependencies.xstate}`]);
cpSync(join(import.meta.dirname, 'suite.js'), join(app, 'suite.js'));

const entries = Object.keys(exports).filter((entry) => !entry.endsWith('.json'));

const suite = {
  program: entry('program.js', 'console.log(JSON.stringify(await runSuite(process.argv[2])));'),
  script: await bundleSuite(entry('script.js', 'globalThis.runSuite = runSuite;'), 'iife'),
  worker: await bundleSuite(
    entry(
      'worker.js',
      `export default {
         fetch: async ({ url }) => Response.json(await runSuite(new URL(url).searchParams.get('baseUrl'))),
       };`,
    ),
    'esm',
  ),
};

const emulator = await startEmulator({
  basePath: '/api',
  createCode: () => '123456',
  loginsPerMinute: false,
});
const rows: string[] = [];
for (const host of hosts) {
  await report(`${host.name} ${host.version}`, async () => {
    const { passed, failed } = await host.run(suite, emulator.baseUrl);
    rows.push(`| ${host.name} | ${host.version} | ${passed} | ${failed.length} |`);
    if (failed.length > 0) throw new Error([`${passed} held`, ...failed].join('\n    '));
    return `${passed} held`;
  });
}

const sizes: string[] = [];
for (const bundler of bundlers) {
  await report(`${bundler.name} ${bundler.version}`, async () => {
    const { sizes: found, problems } = await bundle(bundler, app);
    if (problems.length > 0) throw new Error(problems.join('; '));
    const cells = Object.values(found).map(({ first, later }) =>
      later > 1024 ? `${kilobytes(first)} + ${kilobytes(later)}` : kilobytes(first),
    );
    sizes.push(`| ${bundler.name} | ${bundler.version} | ${cells.join(' | ')} |`);
    return cells.join(', ');
  });
}

const managers: string[] = [];
for (const manager of packageManagers) {
  await report(`${manager.name} ${manager.version}`, async () => {
    const problem = await tryPackageManager(manager, tarball, peerDependencies.xstate);
    if (problem) throw new Error(problem);
    managers.push(`${manager.name} ${manager.version}`);
    return 'installed';
  });
}

for (const compiler of compilers) {
  await report(`TypeScript ${compiler}`, async () => {
    await compile(compiler, app, entries);
    return 'compiled, however the package is resolved';
  });
}
await report('Are the types wrong?', async () => {
  await compareTypes(tarball);
  return 'they are not';
});

await report('Jest', async () => `${await runJest(app)} paths of docs/testing.md`);

const native: string[] = [];
await report('the native example', async () => {
  for await (const [what, outcome] of checkNative(app)) native.push(`| ${what} | ${outcome} |`);
  return `${native.length} checks`;
});

const page = join(root, 'docs/hosts.md');
const tables = {
  runtimes: ['| host | version | passed | failed |', '|---|---|---|---|', ...rows],
  bundlers: ['| bundler | version | `secret` | `failures` | `createBrowserAuth` |', '|---|---|---|---|---|', ...sizes],
  compilers: [`${compilers.join(', ')}.`],
  managers: [`npm, ${managers.join(', ')}.`],
  native: ['| with | |', '|---|---|', ...native],
};
for (const [name, lines] of Object.entries(tables)) {
  const place = new RegExp(`(<!-- ${name} -->\\n).*?(<!-- /${name} -->)`, 's');
  writeFileSync(page, readFileSync(page, 'utf8').replace(place, `$1${lines.join('\n')}\n$2`));
}

// What hosts within this program have started must not keep it alive.
process.exit(process.exitCode);

/** Runs a check, and tells what came of it. */
async function report(name: string, check: () => Promise<string>): Promise<void> {
  const start = performance.now();
  const [mark, outcome] = await check().then(
    (outcome) => ['✓', outcome],
    (error: Error) => ['✗', error.message],
  );
  if (mark === '✗') process.exitCode = 1;
  console.log(`${mark} ${name}: ${outcome}, in ${((performance.now() - start) / 1000).toFixed(1)} s`);
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1024).toFixed(1)} KB`;
}

function entry(name: string, code: string): string {
  const file = join(app, name);
  writeFileSync(file, `import { runSuite } from './suite.js';\n${code}\n`);
  return file;
}

/** All in one file, with what pages get of the package. */
async function bundleSuite(input: string, format: 'esm' | 'iife'): Promise<string> {
  const [bundled] = await build({
    config: false,
    cwd: app,
    entry: [input],
    outDir: join(app, 'bundled'),
    clean: false,
    format,
    platform: 'browser',
    dts: false,
    deps: { alwaysBundle: [/./] },
    outputOptions: { codeSplitting: false },
    logLevel: 'silent',
  });
  const [file] = bundled?.chunks ?? [];
  if (!file) throw new Error(`${input} was not bundled.`);
  return join(app, 'bundled', file.fileName);
}
