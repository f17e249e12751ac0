// Runs one suite, over the package as it is published, on the runtimes that the registry has, and writes what came of it into
// docs/hosts.md. All is installed into `.cache/runtimes`, in the versions that stand in `hosts.ts`.
import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'tsdown';
import { stagePackage } from '../../release.ts';
import { startEmulator } from '../../src/testing/index.ts';
import { hosts } from './hosts.ts';
import { cache, install, root } from './install.ts';
import { checkNative } from './native.ts';

const app = join(cache, 'app');
rmSync(app, { recursive: true, force: true });
stagePackage(join(cache, 'package'));
execFileSync('npm', ['pack', '--pack-destination', cache], { cwd: join(cache, 'package'), stdio: 'ignore' });
const { version, peerDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
install('app', [join(cache, `etna-auth-${version}.tgz`), `xstate@${peerDependencies.xstate}`]);
cpSync(join(import.meta.dirname, 'suite.js'), join(app, 'suite.js'));

const suite = {
  program: entry('program.js', 'console.log(JSON.stringify(await runSuite(process.argv[2])));'),
  script: await bundle(entry('script.js', 'globalThis.runSuite = runSuite;'), 'iife'),
  worker: await bundle(
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
  const start = performance.now();
  const { passed, failed } = await host
    .run(suite, emulator.baseUrl)
    .catch((error: Error) => ({ passed: 0, failed: [error.message] }));
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`${failed.length > 0 ? '✗' : '✓'} ${host.name} ${host.version}: ${passed} held, in ${seconds} s`);
  for (const problem of failed) console.log(`    ${problem}`);
  if (failed.length > 0) process.exitCode = 1;
  rows.push(`| ${host.name} | ${host.version} | ${passed} | ${failed.length} |`);
}
const native: string[] = [];
try {
  for await (const [what, outcome] of checkNative(app)) {
    console.log(`✓ ${what}: ${outcome}`);
    native.push(`| ${what} | ${outcome} |`);
  }
} catch (error) {
  console.log(`✗ the native example: ${error}`);
  process.exitCode = 1;
}

const page = join(root, 'docs/hosts.md');
const tables = {
  runtimes: ['| host | version | held | failed |', '|---|---|---|---|', ...rows],
  native: ['| with | |', '|---|---|', ...native],
};
for (const [name, lines] of Object.entries(tables)) {
  const place = new RegExp(`(<!-- ${name} -->\\n).*?(<!-- /${name} -->)`, 's');
  writeFileSync(page, readFileSync(page, 'utf8').replace(place, `$1${lines.join('\n')}\n$2`));
}

// What hosts within this program have started must not keep it alive.
process.exit(process.exitCode);

function entry(name: string, code: string): string {
  const file = join(app, name);
  writeFileSync(file, `import { runSuite } from './suite.js';\n${code}\n`);
  return file;
}

/** All in one file, with what pages get of the package. */
async function bundle(input: string, format: 'esm' | 'iife'): Promise<string> {
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
