import { execFile } from 'node:child_process';
import { cpSync, globSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { install, root, sharePackages } from './install.ts';

const versions = {
  expo: '58.0.26',
  'expo-secure-store': '57.0.4',
  'react-native': '0.88.1',
  'react-native-keychain': '10.0.0',
  'react-native-web': '0.21.4',
  react: '19.3.1',
  'react-dom': '19.3.1',
  '@types/react': '19.3.0',
};

const limit = { timeout: 300_000 };
const run = promisify(execFile);

/** What uses more of the package than the example does. */
const more = `
import { createKeychainStore } from 'etna-auth/native';
import { createApiClient } from 'etna-auth/session';
import { createEmulator } from 'etna-auth/testing';
import * as Keychain from 'react-native-keychain';
export const used = [createKeychainStore(Keychain), createApiClient, createEmulator];
`;

/**
 * The native example, with the packages themselves: compiled against their types, bundled by Metro and compiled by Hermes, and its
 * screen walked in a page by React Native for Web. It runs on no device.
 *
 * @param app Where the package is installed.
 */
export async function* checkNative(app: string): AsyncGenerator<readonly [what: string, outcome: string]> {
  const wanted = Object.entries(versions).map(([name, version]) => `${name}@${version}`);
  const folder = install('native', wanted);
  sharePackages(app, folder);
  for (const part of ['native', 'shared']) {
    rmSync(join(folder, part), { recursive: true, force: true });
    cpSync(join(root, 'docs/examples', part), join(folder, part), { recursive: true });
  }
  writeFileSync(join(folder, 'native/more.ts'), more);
  writeFileSync(join(folder, 'app.json'), '{ "expo": { "name": "login", "slug": "login" } }');
  writeFileSync(
    join(folder, 'index.js'),
    `import { registerRootComponent } from 'expo';
     import App from './native/app.tsx';
     import { used } from './native/more.ts';
     globalThis.used = used;
     registerRootComponent(App);`,
  );

  await run('tsc', ['-p', 'native'], { cwd: folder, ...limit });
  yield [`the types of React Native ${versions['react-native']} and Expo ${versions.expo}`, 'the example compiles'];

  const program = join(folder, 'node_modules/expo/bin/cli');
  const env = { ...process.env, CI: '1', EXPO_NO_TELEMETRY: '1', EXPO_OFFLINE: '1' };
  const flags = ['export', '--platform', 'android', '--output-dir', 'out'];
  await run(process.execPath, [program, ...flags], { cwd: folder, env, ...limit });
  const [bytecode] = globSync('out/_expo/static/js/android/*.hbc', { cwd: folder });
  if (!bytecode || statSync(join(folder, bytecode)).size < 1_000_000) throw new Error('Hermes made no bytecode.');
  yield ['Metro and the compiler of Hermes', 'bundled, with `etna-auth/testing` as well, and compiled to bytecode'];

  const config = join(root, 'test/native/vitest.config.ts');
  const report = join(folder, 'walks.json');
  await run('vitest', ['run', '--config', config, '--reporter=json', `--outputFile=${report}`], {
    cwd: root,
    ...limit,
  });
  const { numPassedTests } = JSON.parse(readFileSync(report, 'utf8'));
  yield [`React Native for Web ${versions['react-native-web']}, in Chromium`, `${numPassedTests} tests of the screen`];
}
